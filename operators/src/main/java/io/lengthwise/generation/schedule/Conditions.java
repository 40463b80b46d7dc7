package io.lengthwise.generation.schedule;

/**
 * What the places of waiting rows depend on beside the rows themselves.
 *
 * @param meanTokens mean length of the answers
 * @param meanMilliseconds mean time of an answer on the device
 * @param tailWeight what the tail of a predicted length weighs beside its mean, {@code beta} of TIE
 */
record Conditions(double meanTokens, double meanMilliseconds, double tailWeight) {

  /** How far a value may drift before the rows' places are computed again. */
  private static final double DRIFT = 1.25;

  /**
   * TIE's weight of the tail, {@code min(0.5, max(0.1, 0.1 * queue / width))}: the more rows wait,
   * the more of them a surprisingly long one holds up.
   */
  static double tailWeight(int waiting, int width) {
    return Math.min(0.5, Math.max(0.1, 0.1 * waiting / width));
  }

  double millisecondsPerToken() {
    return meanMilliseconds / meanTokens;
  }

  boolean haveDriftedFrom(Conditions before) {
    return drifted(meanTokens, before.meanTokens)
        || drifted(meanMilliseconds, before.meanMilliseconds)
        || drifted(tailWeight, before.tailWeight);
  }

  private static boolean drifted(double value, double before) {
    return value > before * DRIFT || value < before / DRIFT;
  }
}
