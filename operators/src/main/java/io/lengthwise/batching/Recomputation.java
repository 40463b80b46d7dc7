package io.lengthwise.batching;

/** What becomes of a row that has not ended when its batch reaches the cap. */
public enum Recomputation {
  /** There is no cap: a batch decodes until its longest row has ended. */
  NONE("none"),
  /** It runs again after the group, from the tokens it has: nothing is decoded twice. */
  CONTINUE("continue"),
  /** It runs again after the group, from its prompt. The paper's; choose it to reproduce that. */
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
