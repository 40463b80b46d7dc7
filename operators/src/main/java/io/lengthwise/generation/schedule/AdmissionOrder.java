package io.lengthwise.generation.schedule;

import io.lengthwise.generation.device.Waiting;

/**
 * The order in which waiting rows are admitted to the device: the row with the smallest key is
 * next.
 *
 * <p>In every order, three kinds of rows go first: rows that were preempted for lack of memory,
 * then rows with a larger {@code priority}, then rows that are due ({@link AdmissionQueue}). A key
 * does not depend on the current time, so two waiting rows keep their order.
 */
public enum AdmissionOrder {
  /**
   * The shortest predicted answer, with ageing, so that no row waits for ever. The key is {@code
   * predicted / meanTokens + arrival / (8 * S)}, where {@code S} is the mean time on the device. A
   * much shorter request overtakes a request of mean length only if it arrives within about {@code
   * 8 * S} after it.
   */
  SHORTEST_FIRST("shortest-first"),
  /** The oldest request. Choose it where fairness matters more than the mean wait. */
  FIFO("fifo"),
  /**
   * The longest predicted answer. It gives the shortest makespan of a bounded run. Requests with
   * short answers may starve.
   */
  LONGEST_FIRST("longest-first"),
  /**
   * The fewest expected remaining tokens, as in ELIS (arXiv 2505.09142). They are predicted again
   * while a row runs, and a row that turns out to be long may leave the device for a waiting row
   * ({@link Displacement}). This order does not age: while short requests keep coming, long ones
   * starve, unless the wait is limited.
   */
  LEAST_REMAINING("least-remaining"),
  /**
   * The smallest score of TIE (arXiv 2604.00499): {@code mean + beta * CVaR at 0.9}, times 0.9 for
   * each 30 s of waiting. Beta depends on the length of the queue ({@link Conditions}). The key is
   * {@code ln(score) + arrival / 30 s * ln(1 / 0.9)}, the logarithm of the score with continuous
   * ageing; it differs from the logarithm of the aged score by a number that is equal for all rows.
   * Choose it where many predictions are uncertain.
   */
  RISK_AWARE("risk-aware");

  /** The ageing of shortest-first, in mean times on the device. A larger value is less fair. */
  private static final double KAPPA = 8;

  /** The amount by which a millisecond of waiting reduces the logarithm of TIE's score. */
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

  /** Whether a running row may leave the device for a waiting row. */
  boolean displaces() {
    return this == LEAST_REMAINING;
  }

  @Override
  public String toString() {
    return word;
  }
}
