package io.lengthwise.job.config;

/** The order in which responses are written. */
public enum OutputOrder {
  /** A response is written when it is done and does not wait for others. */
  COMPLETION("completion"),
  /**
   * Responses with the same record key are in the order of their requests; responses without a key
   * are in the order of their partition. Choose this if consumers need the order: a response waits
   * for all responses before it.
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
