package io.lengthwise.prediction;

/**
 * The length of one finished answer, from which predictors learn. It contains no text.
 *
 * @param model the model that answered
 * @param features the features from which the length was predicted, as {@link FeatureExtractor}
 *     makes them
 * @param promptTokens the tokens of the prompt
 * @param answerTokens the tokens of the answer, at least 1
 * @param cut whether the answer was cut at its limit, so that its full length is unknown
 */
public record CompletedLength(
    String model, PromptFeatures features, int promptTokens, int answerTokens, boolean cut) {

  /** Whether every number is in its range. Records come from a topic that others may write to. */
  boolean isPlausible() {
    if (model == null
        || features == null
        || features.rows() == null
        || features.rows().length > FeatureExtractor.MOST
        || features.probeResult() == null
        || promptTokens < 1
        || answerTokens < 1) {
      return false;
    }
    for (float value : features.probeResult()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    for (int row : features.rows()) {
      if (row < 0 || row >= FeatureExtractor.ROWS) {
        return false;
      }
    }
    return true;
  }
}
