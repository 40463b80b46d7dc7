package io.lengthwise.prediction;

/**
 * A histogram of the lengths seen so far, for all prompts, over a prior that weighs as much as one
 * answer.
 *
 * <p>The prior is a bell around the initial length. Two thirds of it are within a factor of 3.5.
 */
final class LengthHistogram {

  private static final int BINS = LengthDistribution.BINS;
  private static final double PRIOR_SIGMA = 5;

  private final float[] weights = new float[BINS];
  private final double[] label = new double[BINS];
  private final double[] believed = new double[BINS];

  /**
   * A histogram without lengths.
   *
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  LengthHistogram(int initialLength) {
    LengthLabel.setBell(label, LengthDistribution.position(initialLength) - 0.5, PRIOR_SIGMA);
    addLabel();
  }

  void learn(int length, boolean cut) {
    believe();
    LengthLabel.set(label, believed, length, cut);
    addLabel();
  }

  LengthDistribution distribution() {
    believe();
    return LengthDistribution.of(believed);
  }

  /** Writes the weights to the start of an array. */
  void writeTo(float[] values) {
    System.arraycopy(weights, 0, values, 0, BINS);
  }

  /** Reads the weights from the start of an array. */
  void readFrom(float[] values) {
    System.arraycopy(values, 0, weights, 0, BINS);
  }

  private void addLabel() {
    for (int bin = 0; bin < BINS; bin++) {
      weights[bin] += (float) label[bin];
    }
  }

  private void believe() {
    for (int bin = 0; bin < BINS; bin++) {
      believed[bin] = weights[bin];
    }
    LengthLabel.normalize(believed);
  }
}
