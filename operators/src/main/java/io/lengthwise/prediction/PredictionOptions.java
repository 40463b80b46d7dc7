package io.lengthwise.prediction;

import java.io.Serializable;

/**
 * How lengths are predicted.
 *
 * @param predictor which predictor
 * @param initialLength tokens of a usual answer, at least 1: the guess until some were seen
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
