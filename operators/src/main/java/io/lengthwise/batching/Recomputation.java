package io.lengthwise.batching;

/** The treatment of capped rows: rows that have not ended when their batch reaches its cap. */
public enum Recomputation {
  /** Batches have no cap. A batch decodes until its longest row has ended. */
  NONE("none"),
  /** Capped rows continue after the group, with their tokens. No token is decoded twice. */
  CONTINUE("continue"),
  /** Capped rows start again after the group, from their prompts, as in the paper. */
  RESTART("restart");

  private final String word;

  Recomputation(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
