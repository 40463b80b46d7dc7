package io.lengthwise.prediction;

import java.util.Arrays;

/**
 * A softmax over length bins on hashed words of the prompt, which learns from every finished answer
 * in one pass.
 *
 * <p>Each feature owns a row of weights, one for each bin, made when it is first learned. The
 * scores of the bins are {@code bias + x * (sum of the rows)} with {@code x = 1 / sqrt(number of
 * features)}. An answer of a known length is learned as a bell over the bins around it. A cut
 * answer is learned as what its own prediction says about lengths at and above the cut, so that it
 * takes from below the cut and does not say how much longer it would have been. Steps shrink with
 * the squared gradients a row has seen (AdaGrad, one accumulator a row), so that a word's first
 * answers count most; they never vanish, which is how it follows a drift.
 *
 * <p>Before {@value #WARM} answers the features are not used: the prediction is a {@link
 * LengthHistogram}.
 */
final class OnlineLengthPredictor implements LengthPredictor {

  /** Answers from which on the features count. */
  static final int WARM = 50;

  private static final int BINS = LengthDistribution.BINS;
  private static final double LEARNING_RATE = 1.5;

  private final float[][] weights = new float[FeatureExtractor.ROWS][];
  private final float[] squaredGradients = new float[FeatureExtractor.ROWS];
  private final float[] bias = new float[BINS];
  private final LengthHistogram histogram;
  private float biasSquaredGradients;
  private long completions;

  private final double[] gradient = new double[BINS];
  private final double[] label = new double[BINS];
  private final double[] probabilities = new double[BINS];

  /**
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  OnlineLengthPredictor(int initialLength) {
    if (initialLength < 1) {
      throw new IllegalArgumentException("a length must be at least 1 token, not " + initialLength);
    }
    histogram = new LengthHistogram(initialLength);
  }

  @Override
  public LengthDistribution predict(PromptFeatures features) {
    if (completions < WARM) {
      return histogram.distribution();
    }
    softmax(features.rows());
    return LengthDistribution.of(probabilities);
  }

  @Override
  public void learn(PromptFeatures features, int length, boolean cut) {
    int[] rows = features.rows();
    softmax(rows);
    if (completions < WARM) {
      histogram.learn(length, cut);
    }
    LengthLabel.set(label, probabilities, length, cut);
    double square = 0;
    for (int bin = 0; bin < BINS; bin++) {
      gradient[bin] = probabilities[bin] - label[bin];
      square += gradient[bin] * gradient[bin];
    }
    double x = scale(rows);
    for (int row : rows) {
      if (weights[row] == null) {
        weights[row] = new float[BINS];
      }
      squaredGradients[row] += (float) (square * x * x);
      step(weights[row], LEARNING_RATE * x / (Math.sqrt(squaredGradients[row]) + 1e-3));
    }
    biasSquaredGradients += (float) square;
    step(bias, LEARNING_RATE / Math.sqrt(biasSquaredGradients + 1e-6));
    completions++;
  }

  @Override
  public long completions() {
    return completions;
  }

  /** The keys are the rows in use; the values the histogram, the bias and its accumulator, rows. */
  @Override
  public PredictorWeights snapshot() {
    int used = 0;
    for (float[] row : weights) {
      used += row == null ? 0 : 1;
    }
    int[] rows = new int[used];
    float[] values = new float[2 * BINS + 1 + used * (BINS + 1)];
    histogram.writeTo(values);
    System.arraycopy(bias, 0, values, BINS, BINS);
    values[2 * BINS] = biasSquaredGradients;
    int next = 0;
    for (int row = 0; row < FeatureExtractor.ROWS; row++) {
      if (weights[row] != null) {
        int at = 2 * BINS + 1 + next * (BINS + 1);
        System.arraycopy(weights[row], 0, values, at, BINS);
        values[at + BINS] = squaredGradients[row];
        rows[next++] = row;
      }
    }
    return new PredictorWeights(PredictorName.ONLINE, completions, rows, values);
  }

  @Override
  public void restore(PredictorWeights learned) {
    int[] rows = learned.keys();
    float[] values = learned.values();
    if (learned.predictor() != PredictorName.ONLINE
        || values.length != 2 * BINS + 1 + rows.length * (BINS + 1)) {
      throw new IllegalArgumentException(
          "an online predictor cannot restore %d values of %s"
              .formatted(values.length, learned.predictor()));
    }
    Arrays.fill(weights, null);
    Arrays.fill(squaredGradients, 0);
    histogram.readFrom(values);
    System.arraycopy(values, BINS, bias, 0, BINS);
    biasSquaredGradients = values[2 * BINS];
    for (int i = 0; i < rows.length; i++) {
      int at = 2 * BINS + 1 + i * (BINS + 1);
      weights[rows[i]] = Arrays.copyOfRange(values, at, at + BINS);
      squaredGradients[rows[i]] = values[at + BINS];
    }
    completions = learned.completions();
  }

  private static double scale(int[] features) {
    return 1 / Math.sqrt(Math.max(1, features.length));
  }

  /** Sets {@link #probabilities} to the softmax of the bins' scores. */
  private void softmax(int[] features) {
    Arrays.fill(probabilities, 0);
    for (int feature : features) {
      float[] row = weights[feature];
      if (row != null) {
        for (int bin = 0; bin < BINS; bin++) {
          probabilities[bin] += row[bin];
        }
      }
    }
    double x = scale(features);
    double largest = Double.NEGATIVE_INFINITY;
    for (int bin = 0; bin < BINS; bin++) {
      probabilities[bin] = bias[bin] + x * probabilities[bin];
      largest = Math.max(largest, probabilities[bin]);
    }
    for (int bin = 0; bin < BINS; bin++) {
      probabilities[bin] = Math.exp(probabilities[bin] - largest);
    }
    LengthLabel.normalize(probabilities);
  }

  private void step(float[] row, double rate) {
    for (int bin = 0; bin < BINS; bin++) {
      row[bin] -= (float) (rate * gradient[bin]);
    }
  }
}
