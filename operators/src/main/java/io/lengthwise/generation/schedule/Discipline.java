package io.lengthwise.generation.schedule;

/** How rows share the device. */
public enum Discipline {
  /** A waiting row takes a place the moment one ends. Choose it unless you reproduce the paper. */
  REFILL("refill"),
  /** The paper's batches: one at a time, each decodes until its longest row has ended. */
  STATIC("static");

  private final String word;

  Discipline(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
