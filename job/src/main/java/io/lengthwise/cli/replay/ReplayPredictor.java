package io.lengthwise.cli.replay;

/** The source of a replay's predictions. */
enum ReplayPredictor {
  /** The running median of the answers so far. */
  CONSTANT("constant"),
  /** The job's predictor, which learns from each answer when it has ended. */
  ONLINE("online"),
  /** The longest answer recorded for the prompt: the paper's label. */
  MAX_OF_SAMPLES("max-of-samples"),
  /** The real length of the answer. */
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
