package io.lengthwise.batching;

import java.io.Serializable;

/** The source of the length buckets: they are given, or learned from the stream. */
public sealed interface BucketPlan extends Serializable permits LengthBuckets, LearnedBuckets {

  /**
   * Reads {@code learned}, {@code learned:N} for N buckets, or a list as {@link
   * LengthBuckets#parse} does.
   *
   * @throws IllegalArgumentException with a message that says which part is wrong
   */
  static BucketPlan parse(String text) {
    return text.strip().startsWith(LearnedBuckets.WORD)
        ? LearnedBuckets.parse(text.strip())
        : LengthBuckets.parse(text);
  }

  /** The most buckets at a time. */
  int most();

  /** Creates the buckets of a subtask when it starts. */
  CurrentBuckets open();
}
