package io.lengthwise.cli.replay;

/** Where a replay's predictions come from. */
enum ReplayPredictor {
  /** The running median of the answers so far. */
  CONSTANT("constant"),
  /** The job's predictor, which learns from each answer as it is finished. */
  ONLINE("online"),
  /** The longest answer recorded for the prompt: the paper's label. */
  MAX_OF_SAMPLES("max-of-samples"),
  /** The length that the answer will have. */
  EXACT("exact");

  private final String word;

  ReplayPredictor(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
