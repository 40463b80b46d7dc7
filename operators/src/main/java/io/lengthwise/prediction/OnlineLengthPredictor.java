package io.lengthwise.prediction;

import java.util.Arrays;

/**
 * A softmax over length bins on hashed words of the prompt, which learns from every finished answer
 * in one pass.
 *
 * <p>Each feature owns a row of weights, one for each bin, made when it is first learned. The
 * scores of the bins are {@code bias + x * (sum of the rows)} with {@code x = 1 / sqrt(number of
 * features)}. An answer of a known length is learned as a bell over the bins around it. A cut
 * answer moves what probability lies below the cut onto the bins at and above it, in the
 * proportions they have, and so says nothing about how much longer it would have been. Steps shrink
 * with the squared gradients a row has seen (AdaGrad, one accumulator a row), so that a word's
 * first answers count most; they never vanish, which is how it follows a drift.
 *
 * <p>Before {@value #WARM} answers the features are not used: the prediction is a histogram of the
 * lengths so far, over a prior that weighs as much as one answer: a bell around the initial length,
 * with two thirds of it within a factor of 3.5.
 */
final class OnlineLengthPredictor implements LengthPredictor {

  /** Answers from which on the features count. */
  static final int WARM = 50;

  private static final int BINS = LengthDistribution.BINS;
  private static final double LEARNING_RATE = 1.5;
  private static final double LABEL_SIGMA = 1.45;
  private static final double PRIOR_SIGMA = 5;

  private final float[][] weights = new float[PromptFeatures.ROWS][];
  private final float[] squaredGradients = new float[PromptFeatures.ROWS];
  private final float[] bias = new float[BINS];
  private final float[] histogram = new float[BINS];
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
    bell(LengthDistribution.position(initialLength) - 0.5, PRIOR_SIGMA);
    add(label, histogram);
  }

  @Override
  public LengthDistribution predict(int[] features) {
    float[] result = new float[BINS];
    if (completions < WARM) {
      for (int bin = 0; bin < BINS; bin++) {
        result[bin] = histogram[bin] / (completions + 1);
      }
      return new LengthDistribution(result);
    }
    softmax(features);
    for (int bin = 0; bin < BINS; bin++) {
      result[bin] = (float) probabilities[bin];
    }
    return new LengthDistribution(result);
  }

  @Override
  public void learn(int[] features, int length, boolean cut) {
    softmax(features);
    if (completions < WARM) {
      learnHistogram(length, cut);
    }
    setLabel(probabilities, length, cut);
    double square = 0;
    for (int bin = 0; bin < BINS; bin++) {
      gradient[bin] = probabilities[bin] - label[bin];
      square += gradient[bin] * gradient[bin];
    }
    double x = scale(features);
    for (int row : features) {
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
    System.arraycopy(histogram, 0, values, 0, BINS);
    System.arraycopy(bias, 0, values, BINS, BINS);
    values[2 * BINS] = biasSquaredGradients;
    int next = 0;
    for (int row = 0; row < PromptFeatures.ROWS; row++) {
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
    System.arraycopy(values, 0, histogram, 0, BINS);
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
    normalize(probabilities);
  }

  private void learnHistogram(int length, boolean cut) {
    double[] current = new double[BINS];
    add(histogram, current);
    normalize(current);
    setLabel(current, length, cut);
    add(label, histogram);
  }

  /** Sets {@link #label} to what a length says, to one who believed in some probabilities. */
  private void setLabel(double[] believed, int length, boolean cut) {
    int bin = LengthDistribution.bin(length);
    if (!cut) {
      bell(bin, LABEL_SIGMA);
      return;
    }
    double above = 0;
    for (int b = bin; b < BINS; b++) {
      above += believed[b];
    }
    Arrays.fill(label, 0, bin, 0);
    for (int b = bin; b < BINS; b++) {
      // Where nothing was believed to be that long, a little everywhere above keeps it finite.
      label[b] = above > 1e-9 ? believed[b] / above : 1.0 / (BINS - bin);
    }
  }

  /** Sets {@link #label} to a bell around a bin. */
  private void bell(double middle, double sigma) {
    for (int bin = 0; bin < BINS; bin++) {
      double distance = (bin - middle) / sigma;
      label[bin] = Math.exp(-0.5 * distance * distance);
    }
    normalize(label);
  }

  private void step(float[] row, double rate) {
    for (int bin = 0; bin < BINS; bin++) {
      row[bin] -= (float) (rate * gradient[bin]);
    }
  }

  private static void normalize(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }

  private static void add(double[] values, float[] to) {
    for (int i = 0; i < values.length; i++) {
      to[i] += (float) values[i];
    }
  }

  private static void add(float[] values, double[] to) {
    for (int i = 0; i < values.length; i++) {
      to[i] += values[i];
    }
  }
}
