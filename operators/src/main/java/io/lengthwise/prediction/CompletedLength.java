package io.lengthwise.prediction;

/**
 * What a predictor learns from: the length of one finished answer. It holds no text.
 *
 * @param model the model that answered
 * @param features what the prediction was made from, as {@link FeatureExtractor} makes it
 * @param promptTokens tokens of the prompt
 * @param answerTokens tokens of the answer, at least 1
 * @param cut whether the answer was cut at its limit, so that it would have been at least this long
 */
public record CompletedLength(
    String model, PromptFeatures features, int promptTokens, int answerTokens, boolean cut) {

  /** Whether every number is in its range: records come from a topic that others may write to. */
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
