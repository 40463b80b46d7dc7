package io.lengthwise.prediction;

import java.io.Serializable;

/**
 * The options of the prediction.
 *
 * @param predictor which predictor
 * @param initialLength the tokens of a usual answer, at least 1: the prediction before the first
 *     answers
 */
public record PredictionOptions(PredictorName predictor, int initialLength)
    implements Serializable {

  public PredictionOptions {
    if (initialLength < 1) {
      throw new IllegalArgumentException(
          "the initial length must be at least 1 token, not " + initialLength);
    }
  }
}
