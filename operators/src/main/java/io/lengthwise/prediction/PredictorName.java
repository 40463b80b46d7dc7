package io.lengthwise.prediction;

import java.util.function.IntFunction;

/** The predictors to choose from. */
public enum PredictorName {
  /** The median of the latest lengths, the same for every prompt. The baseline. */
  CONSTANT("constant", false, ConstantPredictor::new),
  /**
   * Learns from the words of the prompts while it serves. Choose it, unless you compare predictors.
   */
  ONLINE("online", false, OnlineLengthPredictor::new),
  /**
   * Uses the length that the served model says when it is asked, as the paper does. It does not
   * learn.
   */
  PERCEPTION("perception", true, initialLength -> new PerceptionPredictor()),
  /**
   * Learns from the served model's hidden states of the prompt. Each prompt costs a second prefill.
   */
  HIDDEN_STATE("hidden-state", true, HiddenStatePredictor::new);

  private final String word;
  private final boolean asksModel;
  private final IntFunction<LengthPredictor> factory;

  PredictorName(String word, boolean asksModel, IntFunction<LengthPredictor> factory) {
    this.word = word;
    this.asksModel = asksModel;
    this.factory = factory;
  }

  /**
   * A predictor that has learned nothing.
   *
   * @param initialLength the tokens of a usual answer, which it predicts before the first answers
   */
  public LengthPredictor create(int initialLength) {
    return factory.apply(initialLength);
  }

  /** Whether the predictor needs a probe of each prompt. */
  public boolean asksModel() {
    return asksModel;
  }

  @Override
  public String toString() {
    return word;
  }
}
