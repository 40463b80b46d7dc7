package io.lengthwise.generation.schedule;

/**
 * Values that the keys of all waiting rows depend on.
 *
 * @param meanTokens the mean length of the answers
 * @param meanMilliseconds the mean time of an answer on the device
 * @param tailWeight the weight of the tail of a predicted length beside its mean, {@code beta} of
 *     TIE
 */
record Conditions(double meanTokens, double meanMilliseconds, double tailWeight) {

  /** The factor by which a value may drift before the keys are computed again. */
  private static final double DRIFT = 1.25;

  /**
   * TIE's weight of the tail, {@code min(0.5, max(0.1, 0.1 * queue / width))}. The more rows wait,
   * the more of them a surprisingly long row delays.
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
