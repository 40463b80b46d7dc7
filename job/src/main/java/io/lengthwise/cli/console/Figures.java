package io.lengthwise.cli.console;

import java.util.Arrays;

/** Statistics of several values. */
public final class Figures {

  private static final double DIGITS = 1e4;

  private Figures() {}

  /** Returns the mean, or NaN if there are no values. */
  public static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /**
   * Returns the percentile by nearest rank: the smallest value that {@code percent} percent of the
   * values do not exceed. Returns NaN if there are no values.
   *
   * @param ascending the values in ascending order
   */
  public static double percentile(double[] ascending, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * ascending.length);
    return ascending.length == 0 ? Double.NaN : ascending[Math.max(0, rank - 1)];
  }

  /** Rounds a value to four digits after the point, for JSON. */
  public static double rounded(double value) {
    return Math.round(value * DIGITS) / DIGITS;
  }
}
