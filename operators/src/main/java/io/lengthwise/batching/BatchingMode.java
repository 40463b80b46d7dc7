package io.lengthwise.batching;

/** How requests become micro-batches. */
public enum BatchingMode {
  /** By predicted length: requests of similar length together, the shorter the more. */
  BUCKET("bucket"),
  /**
   * The paper's groups: requests in order of arrival, which the engine splits into batches. Choose
   * it to reproduce the paper; bucket with refill answers more.
   */
  GROUP("group"),
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
