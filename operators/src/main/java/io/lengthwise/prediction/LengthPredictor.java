package io.lengthwise.prediction;

/**
 * Predicts the length of an answer and learns from finished answers.
 *
 * <p>A predictor belongs to one task thread. The same observations in the same order lead to the
 * same predictions.
 */
public interface LengthPredictor {

  /**
   * The predicted length of an answer.
   *
   * @param features the features of the prompt, as {@link FeatureExtractor} makes them
   */
  LengthDistribution predict(PromptFeatures features);

  /**
   * Learns the length of a finished answer.
   *
   * @param features the features from which its length was predicted
   * @param length the tokens of the answer, at least 1
   * @param cut whether the answer was cut, so that its full length is at least this long
   */
  void learn(PromptFeatures features, int length, boolean cut);

  /** The number of answers learned from. */
  long completions();

  /** A snapshot of all that was learned, which later learning does not change. */
  PredictorWeights snapshot();

  /**
   * Restores what another predictor of the same kind has learned, and drops everything learned
   * before.
   *
   * @throws IllegalArgumentException for the weights of another kind of predictor
   */
  void restore(PredictorWeights weights);
}
