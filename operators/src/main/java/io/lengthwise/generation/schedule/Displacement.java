package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.Waiting;

/**
 * Decides when a running row leaves the device for a waiting row with fewer remaining tokens.
 *
 * <p>A displaced row is later prefilled again with all its tokens, and all rows of the batch stand
 * still meanwhile. A displacement pays if the running row's remaining tokens exceed the waiting
 * row's by more than this cost in tokens: the steps that the prefill takes, times the rows. 50 more
 * tokens are required, because predictions are not more accurate than this. A row that was just
 * admitted keeps its slot for 50 tokens, so two rows cannot alternate.
 *
 * <p>All of this depends on predictions, which may be worthless. Therefore prefilling again takes
 * at most 1 % of the device's time.
 */
final class Displacement {

  /** The remaining length of a running row is predicted again after this many tokens. */
  static final int REVIEW_TOKENS = 50;

  private static final double MARGIN_TOKENS = 50;
  private static final double LARGEST_SHARE = 0.01;

  private final EngineStatistics statistics;
  private double spentNanos;

  Displacement(EngineStatistics statistics) {
    this.statistics = statistics;
  }

  /**
   * Whether displacing a running row pays.
   *
   * @param rows the running rows, which a prefill delays
   */
  boolean pays(Row running, Waiting waiting, int rows) {
    double nanos = nanosToPrefillAgain(running);
    double tokens = rows * nanos * statistics.decodeSteps() / statistics.decodeNanos();
    return waiting.remainingTokens() + MARGIN_TOKENS + tokens < running.remainingTokens()
        && spentNanos + nanos <= LARGEST_SHARE * statistics.busyNanos();
  }

  /** Charges the cost of prefilling a displaced row again. */
  void charge(Row displaced) {
    spentNanos += nanosToPrefillAgain(displaced);
  }

  private double nanosToPrefillAgain(Row row) {
    double tokens = Math.max(1, statistics.prefillTokens());
    return row.length() * (statistics.prefillNanos() / tokens);
  }
}
