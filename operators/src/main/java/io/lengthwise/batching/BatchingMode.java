package io.lengthwise.batching;

/** How requests become micro-batches. */
public enum BatchingMode {
  /** By predicted length: requests of similar length together, the shorter the more. */
  BUCKET("bucket"),
  /** Each request by itself, at once. The baseline, and the least wait where traffic is thin. */
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
