package io.lengthwise.batching;

/** How micro-batches are formed. */
public enum BatchingMode {
  /** A micro-batch has requests of one length bucket. Buckets of shorter answers hold more. */
  BUCKET("bucket"),
  /**
   * The paper's groups: requests in order of arrival, which the engine splits into batches. Choose
   * it to reproduce the paper. Buckets with the refill discipline have a higher throughput.
   */
  GROUP("group"),
  /** A micro-batch is one request. This is the baseline, with the shortest wait at low load. */
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
