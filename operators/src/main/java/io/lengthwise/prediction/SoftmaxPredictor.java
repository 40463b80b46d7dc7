package io.lengthwise.prediction;

import java.util.Arrays;

/**
 * A softmax over length bins on weighted rows. It learns from every finished answer in one pass.
 *
 * <p>Each row has a weight for each bin. A row is created when it is first learned. The scores of
 * the bins are {@code bias + sum of x[i] * row[i]} over the inputs of a prompt. The label of an
 * answer of known length is a bell over the bins around it. The label of a cut answer is the
 * predicted distribution of lengths at and above the cut: it lowers the probabilities below the
 * cut, and does not say how much longer the answer would have been. The step of a row shrinks with
 * its squared gradients (AdaGrad, one accumulator for each row), so the first answers of a row
 * count most. Steps never vanish, so the predictor follows a drift.
 *
 * <p>Before {@value #WARM} answers, the inputs are not used: the prediction is a {@link
 * LengthHistogram}.
 */
abstract class SoftmaxPredictor implements LengthPredictor {

  /** After so many answers, the inputs count. */
  static final int WARM = 50;

  private static final int BINS = LengthDistribution.BINS;
  private static final double LEARNING_RATE = 1.5;

  private final PredictorName name;
  private final float[][] weights;
  private final float[] squaredGradients;
  private final float[] bias = new float[BINS];
  private final LengthHistogram histogram;
  private float biasSquaredGradients;
  private long completions;

  private final double[] gradient = new double[BINS];
  private final double[] label = new double[BINS];
  private final double[] probabilities = new double[BINS];

  /**
   * The inputs of the scores of a prompt.
   *
   * @param rows the rows of weights, distinct
   * @param x the input of each row
   */
  record Inputs(int[] rows, double[] x) {}

  /**
   * A predictor that has learned nothing.
   *
   * @param name the name under which it writes and reads weights
   * @param rows the most rows of weights
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  SoftmaxPredictor(PredictorName name, int rows, int initialLength) {
    if (initialLength < 1) {
      throw new IllegalArgumentException("a length must be at least 1 token, not " + initialLength);
    }
    this.name = name;
    weights = new float[rows][];
    squaredGradients = new float[rows];
    histogram = new LengthHistogram(initialLength);
  }

  /** The inputs of a prompt. */
  abstract Inputs inputs(PromptFeatures features);

  @Override
  public LengthDistribution predict(PromptFeatures features) {
    if (completions < WARM) {
      return histogram.distribution();
    }
    softmax(inputs(features));
    return LengthDistribution.of(probabilities);
  }

  @Override
  public void learn(PromptFeatures features, int length, boolean cut) {
    Inputs inputs = inputs(features);
    softmax(inputs);
    if (completions < WARM) {
      histogram.learn(length, cut);
    }
    LengthLabel.set(label, probabilities, length, cut);
    double square = 0;
    for (int bin = 0; bin < BINS; bin++) {
      gradient[bin] = probabilities[bin] - label[bin];
      square += gradient[bin] * gradient[bin];
    }
    for (int i = 0; i < inputs.rows().length; i++) {
      int row = inputs.rows()[i];
      double x = inputs.x()[i];
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

  /**
   * A snapshot. The keys are the rows in use. The values are the histogram, the bias with its
   * accumulator, and the rows.
   */
  @Override
  public PredictorWeights snapshot() {
    int used = 0;
    for (float[] row : weights) {
      used += row == null ? 0 : 1;
    }
    int[] rows = new int[used];
    float[] values = new float[sizeWith(used)];
    histogram.writeTo(values);
    System.arraycopy(bias, 0, values, BINS, BINS);
    values[2 * BINS] = biasSquaredGradients;
    int next = 0;
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] != null) {
        int at = sizeWith(next);
        System.arraycopy(weights[row], 0, values, at, BINS);
        values[at + BINS] = squaredGradients[row];
        rows[next++] = row;
      }
    }
    return new PredictorWeights(name, completions, rows, values);
  }

  @Override
  public void restore(PredictorWeights learned) {
    int[] rows = learned.keys();
    float[] values = learned.values();
    if (learned.predictor() != name || values.length != sizeWith(rows.length)) {
      throw new IllegalArgumentException(
          "the %s predictor cannot restore %d values of %s"
              .formatted(name, values.length, learned.predictor()));
    }
    forgetRows();
    histogram.readFrom(values);
    System.arraycopy(values, BINS, bias, 0, BINS);
    biasSquaredGradients = values[2 * BINS];
    for (int i = 0; i < rows.length; i++) {
      int at = sizeWith(i);
      weights[rows[i]] = Arrays.copyOfRange(values, at, at + BINS);
      squaredGradients[rows[i]] = values[at + BINS];
    }
    completions = learned.completions();
  }

  /** Drops the rows. The bias and the histogram stay. */
  final void forgetRows() {
    Arrays.fill(weights, null);
    Arrays.fill(squaredGradients, 0);
  }

  /** The number of values in a snapshot with this number of rows. */
  static int sizeWith(int rows) {
    return 2 * BINS + 1 + rows * (BINS + 1);
  }

  /** Sets {@link #probabilities} to the softmax of the bins' scores. */
  private void softmax(Inputs inputs) {
    for (int bin = 0; bin < BINS; bin++) {
      probabilities[bin] = bias[bin];
    }
    for (int i = 0; i < inputs.rows().length; i++) {
      float[] row = weights[inputs.rows()[i]];
      if (row != null) {
        double x = inputs.x()[i];
        for (int bin = 0; bin < BINS; bin++) {
          probabilities[bin] += x * row[bin];
        }
      }
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : probabilities) {
      largest = Math.max(largest, score);
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
