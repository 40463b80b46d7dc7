package io.lengthwise.batching;

/** The current length buckets of a subtask. Not thread-safe. */
interface CurrentBuckets {

  /**
   * Returns the buckets for the next request. The buckets may be learned from this request too.
   *
   * @param length the mean of the predicted length, in tokens
   */
  LengthBuckets forNext(double length);
}
