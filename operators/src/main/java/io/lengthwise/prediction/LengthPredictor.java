package io.lengthwise.prediction;

/**
 * Predicts the length of an answer and learns from the answers that are finished.
 *
 * <p>A predictor belongs to one task thread. The same observations in the same order make the same
 * predictions.
 */
public interface LengthPredictor {

  /**
   * The predicted length of an answer.
   *
   * @param features the prompt's, as {@link FeatureExtractor} makes them
   */
  LengthDistribution predict(PromptFeatures features);

  /**
   * Learns the length of a finished answer.
   *
   * @param features those its prediction was made from
   * @param length tokens of the answer, at least 1
   * @param cut whether the answer was cut, so that all that is known is that it is at least this
   *     long
   */
  void learn(PromptFeatures features, int length, boolean cut);

  /** The number of answers learned from. */
  long completions();

  /** All that was learned, as a value that no later learning changes. */
  PredictorWeights snapshot();

  /**
   * Takes up what another predictor of the same kind has learned, in place of its own.
   *
   * @throws IllegalArgumentException for the weights of another kind of predictor
   */
  void restore(PredictorWeights weights);
}
