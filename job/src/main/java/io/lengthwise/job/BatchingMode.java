package io.lengthwise.job;

/** How requests are put together into micro-batches. */
public enum BatchingMode {
  /** By the bucket of their predicted length. */
  BUCKET("bucket"),
  /** Not at all, each request goes to the engine by itself: the baseline. */
  NONE("none");

  private final String word;

  BatchingMode(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
