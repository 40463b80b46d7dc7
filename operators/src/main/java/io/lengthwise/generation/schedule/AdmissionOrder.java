package io.lengthwise.generation.schedule;

import io.lengthwise.generation.device.Waiting;

/**
 * Which waiting row is admitted to the device next: the one with the smallest key.
 *
 * <p>Whatever the order, what was preempted for want of memory goes first, then a larger {@code
 * priority}, then what is due ({@link AdmissionQueue}). Keys do not depend on the moment, so that a
 * row's place among the others holds while it waits.
 */
public enum AdmissionOrder {
  /**
   * The shortest predicted answer, with ageing, so that no row waits for ever. The key is {@code
   * predicted / meanTokens + arrival / (8 * S)} with {@code S} the mean time on the device: a
   * request of mean length is overtaken by much shorter ones that come at most some {@code 8 * S}
   * later.
   */
  SHORTEST_FIRST("shortest-first"),
  /** The oldest. Choose it where fairness counts more than the mean wait. */
  FIFO("fifo"),
  /**
   * The longest predicted answer: the shortest makespan of a bounded run. Short ones may starve.
   */
  LONGEST_FIRST("longest-first"),
  /**
   * The fewest expected tokens to go, as in ELIS (arXiv 2505.09142). They are predicted again while
   * a row runs, and a row that turns out long may give its place up ({@link Displacement}). It does
   * not age: where short ones keep coming, long ones starve unless the wait is limited.
   */
  LEAST_REMAINING("least-remaining"),
  /**
   * The smallest score of TIE (arXiv 2604.00499), {@code mean + beta * CVaR at 0.9}, times 0.9 for
   * each 30 s waited; beta follows the queue ({@link Conditions}). The key is the score's logarithm
   * with the ageing as a continuous one, {@code ln(score) + arrival / 30 s * ln(1 / 0.9)}, which at
   * any moment differs from the logarithm of the aged score by the same for all. Choose it where
   * many predictions are wide.
   */
  RISK_AWARE("risk-aware");

  /** How much longer than its service a request may be overtaken; the larger the less fair. */
  private static final double KAPPA = 8;

  /** What a millisecond of waiting takes from the logarithm of TIE's score. */
  private static final double AGEING = Math.log(1 / 0.9) / 30_000;

  private final String word;

  AdmissionOrder(String word) {
    this.word = word;
  }

  double key(Waiting row, Conditions conditions) {
    return switch (this) {
      case SHORTEST_FIRST ->
          row.predictedTokens() / conditions.meanTokens()
              + row.arrival() / (KAPPA * conditions.meanMilliseconds());
      case FIFO -> row.arrival();
      case LONGEST_FIRST -> -row.predictedTokens();
      case LEAST_REMAINING -> row.remainingTokens();
      case RISK_AWARE ->
          Math.log(row.predictedTokens() + conditions.tailWeight() * row.tailTokens())
              + row.arrival() * AGEING;
    };
  }

  /** Whether a running row may give its place to one that waits. */
  boolean displaces() {
    return this == LEAST_REMAINING;
  }

  @Override
  public String toString() {
    return word;
  }
}
