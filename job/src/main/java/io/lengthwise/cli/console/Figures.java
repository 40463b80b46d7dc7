package io.lengthwise.cli.console;

import java.util.Arrays;

/** Figures of several values. */
public final class Figures {

  private static final double DIGITS = 1e4;

  private Figures() {}

  /** The mean, NaN without values. */
  public static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /**
   * The percentile by nearest rank: the smallest value that {@code percent} percent of the values
   * do not exceed. NaN without values.
   *
   * @param ascending the values in ascending order
   */
  public static double percentile(double[] ascending, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * ascending.length);
    return ascending.length == 0 ? Double.NaN : ascending[Math.max(0, rank - 1)];
  }

  /** A value with four digits after the point, for JSON. */
  public static double rounded(double value) {
    return Math.round(value * DIGITS) / DIGITS;
  }
}
