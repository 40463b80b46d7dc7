package io.lengthwise.job;

/** How answer lengths are predicted. */
public enum PredictorType {
  /** Learns from the lengths of the answers while it serves. Choose it unless you compare. */
  ONLINE("online"),
  /** The same length for every request: the baseline that knows nothing. */
  CONSTANT("constant");

  private final String word;

  PredictorType(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
