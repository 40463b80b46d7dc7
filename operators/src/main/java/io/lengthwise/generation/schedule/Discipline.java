package io.lengthwise.generation.schedule;

/** The way in which rows share the device. */
public enum Discipline {
  /**
   * Rows join and leave the running batch: a waiting row is admitted when another row ends. Choose
   * it, unless you reproduce the paper.
   */
  REFILL("refill"),
  /** One batch at a time, as in the paper. Each batch decodes until its longest row has ended. */
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
