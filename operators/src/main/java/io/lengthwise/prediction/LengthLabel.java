package io.lengthwise.prediction;

import java.util.Arrays;

/** What the length of one finished answer says, as probabilities of the bins. */
final class LengthLabel {

  private static final int BINS = LengthDistribution.BINS;
  private static final double SIGMA = 1.45;

  /** Below it a probability is nothing to divide by. */
  private static final double NOTHING = 1e-9;

  private LengthLabel() {}

  /**
   * Sets a label: a bell over the bins around a known length; after a cut, what was believed about
   * the lengths at and above it.
   *
   * @param label the probabilities to set
   * @param believed the probabilities before the length was known
   */
  static void set(double[] label, double[] believed, int length, boolean cut) {
    int bin = LengthDistribution.bin(length);
    if (cut) {
      setAbove(label, believed, bin);
    } else {
      setBell(label, bin, SIGMA);
    }
  }

  /** Sets the probabilities to a bell around a position on the axis of bins. */
  static void setBell(double[] probabilities, double middle, double sigma) {
    for (int bin = 0; bin < BINS; bin++) {
      double distance = (bin - middle) / sigma;
      probabilities[bin] = Math.exp(-0.5 * distance * distance);
    }
    normalize(probabilities);
  }

  private static void setAbove(double[] label, double[] believed, int first) {
    double above = 0;
    for (int bin = first; bin < BINS; bin++) {
      above += believed[bin];
    }
    Arrays.fill(label, 0, first, 0);
    for (int bin = first; bin < BINS; bin++) {
      label[bin] = above > NOTHING ? believed[bin] / above : 1.0 / (BINS - first);
    }
  }

  static void normalize(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }
}
