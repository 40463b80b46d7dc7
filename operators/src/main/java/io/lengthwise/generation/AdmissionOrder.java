package io.lengthwise.generation;

/** Which waiting row is admitted to the device next. */
public enum AdmissionOrder {
  /** The shortest predicted answer, with ageing, so that no row waits for ever. */
  SHORTEST_FIRST("shortest-first"),
  /** The oldest. Choose it where fairness counts more than the mean wait. */
  FIFO("fifo"),
  /** The longest predicted answer: the shortest makespan of a bounded run. */
  LONGEST_FIRST("longest-first");

  private final String word;

  AdmissionOrder(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
