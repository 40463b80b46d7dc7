package io.lengthwise.job.config;

/** The order in which responses are written. */
public enum OutputOrder {
  /** As they are done: nobody waits for anybody else's answer. */
  COMPLETION("completion"),
  /**
   * Those of one record key as their requests were read, and those of records without a key as they
   * stood in their partition. Choose it where consumers need it: a response waits for all before
   * it.
   */
  INPUT("input");

  private final String word;

  OutputOrder(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
