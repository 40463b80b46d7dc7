package io.lengthwise.prediction;

import java.util.Arrays;

/** The label that a finished answer gives for learning, as probabilities of the bins. */
final class LengthLabel {

  private static final int BINS = LengthDistribution.BINS;
  private static final double SIGMA = 1.45;

  /** A smaller probability is not divided by. */
  private static final double NOTHING = 1e-9;

  private LengthLabel() {}

  /**
   * Sets a label. For a known length, it is a bell over the bins around it. After a cut, it is the
   * believed distribution of the lengths at and above the cut.
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
