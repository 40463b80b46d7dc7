package io.lengthwise.prediction;

/**
 * What a predictor learns from: the length of one finished answer. It holds no text.
 *
 * @param model the model that answered
 * @param features what the prediction was made from, as {@link PromptFeatures} makes it
 * @param promptTokens tokens of the prompt
 * @param answerTokens tokens of the answer, at least 1
 * @param cut whether the answer was cut at its limit, so that it would have been at least this long
 */
public record CompletedLength(
    String model, int[] features, int promptTokens, int answerTokens, boolean cut) {

  /** Whether every number is in its range: records come from a topic that others may write to. */
  boolean isPlausible() {
    if (model == null || features == null || answerTokens < 1) {
      return false;
    }
    for (int row : features) {
      if (row < 0 || row >= PromptFeatures.ROWS) {
        return false;
      }
    }
    return true;
  }
}
