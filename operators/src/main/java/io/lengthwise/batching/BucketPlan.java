package io.lengthwise.batching;

import java.io.Serializable;

/** Where the length buckets come from: they are given, or learned from the stream. */
public sealed interface BucketPlan extends Serializable permits LengthBuckets, LearnedBuckets {

  /**
   * Reads {@code learned}, {@code learned:N} for N buckets, or a list as {@link
   * LengthBuckets#parse} does.
   *
   * @throws IllegalArgumentException says which part is wrong
   */
  static BucketPlan parse(String text) {
    return text.strip().startsWith(LearnedBuckets.WORD)
        ? LearnedBuckets.parse(text.strip())
        : LengthBuckets.parse(text);
  }

  /** The most buckets there are at a time. */
  int most();

  /** The buckets as one subtask of the job knows them, from its start on. */
  CurrentBuckets open();
}
