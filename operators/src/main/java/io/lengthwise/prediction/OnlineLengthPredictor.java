package io.lengthwise.prediction;

import java.util.Arrays;

/**
 * A softmax over length bins on hashed words of the prompt. It learns from every finished answer in
 * one pass.
 *
 * <p>Each feature has a row of weights. All features of a prompt have the same input, {@code 1 /
 * sqrt(number of features)}.
 */
final class OnlineLengthPredictor extends SoftmaxPredictor {

  /**
   * A predictor that has learned nothing.
   *
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  OnlineLengthPredictor(int initialLength) {
    super(PredictorName.ONLINE, FeatureExtractor.ROWS, initialLength);
  }

  @Override
  Inputs inputs(PromptFeatures features) {
    int[] rows = features.rows();
    double[] x = new double[rows.length];
    Arrays.fill(x, 1 / Math.sqrt(Math.max(1, rows.length)));
    return new Inputs(rows, x);
  }
}
