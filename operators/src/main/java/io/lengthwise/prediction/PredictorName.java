package io.lengthwise.prediction;

import java.util.function.IntFunction;

/** The predictors to choose from. */
public enum PredictorName {
  /** The median of the latest lengths, the same for every prompt. The baseline. */
  CONSTANT("constant", false, ConstantPredictor::new),
  /** Learns from the prompts' words while it serves. Choose it unless you compare. */
  ONLINE("online", false, OnlineLengthPredictor::new),
  /** What the served model itself says when it is asked: the paper's, without any learning. */
  PERCEPTION("perception", true, initialLength -> new PerceptionPredictor()),
  /** Learns from the served model's hidden states of the prompt, for a second prefill of each. */
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
   * A predictor that has seen nothing.
   *
   * @param initialLength tokens of a usual answer, its guess until it has seen some
   */
  public LengthPredictor create(int initialLength) {
    return factory.apply(initialLength);
  }

  /** Whether it needs the served model's reading of each prompt. */
  public boolean asksModel() {
    return asksModel;
  }

  @Override
  public String toString() {
    return word;
  }
}
