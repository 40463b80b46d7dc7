package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.Waiting;

/**
 * When a running row gives its place to one that waits and has less to go.
 *
 * <p>Whoever gives its place up is prefilled again with all its tokens, and every row of the batch
 * stands still meanwhile. So it pays for itself where what the running row has more to go than the
 * waiting one exceeds that cost, in tokens: the steps that the prefill takes, times the rows. 50
 * tokens more are asked for, since predictions are no better than that. A row that has just got its
 * place keeps it for as many, so two rows cannot take turns.
 *
 * <p>That counts on predictions. As they may be worthless, prefilling again takes at most 1 % of
 * the device's time, whatever they say.
 */
final class Displacement {

  /** A running row's remaining length is predicted again each time it has so many more tokens. */
  static final int REVIEW_TOKENS = 50;

  private static final double MARGIN_TOKENS = 50;
  private static final double LARGEST_SHARE = 0.01;

  private final EngineStatistics statistics;
  private double spentNanos;

  Displacement(EngineStatistics statistics) {
    this.statistics = statistics;
  }

  /**
   * Whether the place of a row is worth more to one that waits.
   *
   * @param rows that run, all of which a prefill holds up
   */
  boolean pays(Row running, Waiting waiting, int rows) {
    double nanos = nanosToPrefillAgain(running);
    double tokens = rows * nanos * statistics.decodeSteps() / statistics.decodeNanos();
    return waiting.remainingTokens() + MARGIN_TOKENS + tokens < running.remainingTokens()
        && spentNanos + nanos <= LARGEST_SHARE * statistics.busyNanos();
  }

  /** Charges a row that gives its place up. */
  void charge(Row displaced) {
    spentNanos += nanosToPrefillAgain(displaced);
  }

  private double nanosToPrefillAgain(Row row) {
    double tokens = Math.max(1, statistics.prefillTokens());
    return row.length() * (statistics.prefillNanos() / tokens);
  }
}
