package io.lengthwise.generation;

/**
 * What the places of waiting rows depend on beside the rows themselves.
 *
 * @param meanTokens mean length of the answers
 * @param meanMilliseconds mean time of an answer on the device
 */
record Conditions(double meanTokens, double meanMilliseconds) {

  /** How far a value may drift before the rows' places are computed again. */
  private static final double DRIFT = 1.25;

  double millisecondsPerToken() {
    return meanMilliseconds / meanTokens;
  }

  boolean haveDriftedFrom(Conditions before) {
    return drifted(meanTokens, before.meanTokens)
        || drifted(meanMilliseconds, before.meanMilliseconds);
  }

  private static boolean drifted(double value, double before) {
    return value > before * DRIFT || value < before / DRIFT;
  }
}
