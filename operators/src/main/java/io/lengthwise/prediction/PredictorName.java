package io.lengthwise.prediction;

import java.util.function.IntFunction;

/** The predictors to choose from. */
public enum PredictorName {
  /** The median of the latest lengths, the same for every prompt. The baseline. */
  CONSTANT("constant", ConstantPredictor::new),
  /** Learns from the prompts' words while it serves. Choose it unless you compare. */
  ONLINE("online", OnlineLengthPredictor::new);

  private final String word;
  private final IntFunction<LengthPredictor> factory;

  PredictorName(String word, IntFunction<LengthPredictor> factory) {
    this.word = word;
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

  @Override
  public String toString() {
    return word;
  }
}
