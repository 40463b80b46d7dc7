package io.lengthwise.batching;

/** The length buckets that one subtask puts requests into now. For one thread. */
interface CurrentBuckets {

  /**
   * The buckets for the next request, which they may be learned from.
   *
   * @param length the mean of its predicted length, in tokens
   */
  LengthBuckets forNext(double length);
}
