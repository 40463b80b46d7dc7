package io.lengthwise.batching;

import java.io.Serializable;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys of the buckets' windows, one for each bucket and subtask.
 *
 * <p>Flink hashes a key to a key group and gives each subtask a range of groups. Numbered from 0,
 * the keys of a bucket would leave some subtasks empty and give others two; so for every subtask
 * the first number is taken whose hash lands on it.
 */
final class BucketShards implements Serializable {

  private static final long serialVersionUID = 1;

  /** The shard numbers by bucket and subtask. */
  private final int[][] shards;

  /**
   * Chooses the keys.
   *
   * @param buckets the most buckets there are at a time
   * @param parallelism subtasks of the operator with the windows
   * @param maxParallelism its number of key groups, at least the parallelism
   */
  BucketShards(int buckets, int parallelism, int maxParallelism) {
    if (parallelism < 1 || parallelism > maxParallelism) {
      throw new IllegalArgumentException(
          "a parallelism of %d needs to be from 1 to the maximum parallelism of %d"
              .formatted(parallelism, maxParallelism));
    }
    shards = new int[buckets][parallelism];
    for (int bucket = 0; bucket < shards.length; bucket++) {
      for (int subtask = 0; subtask < parallelism; subtask++) {
        while (subtaskOf(key(bucket, subtask), parallelism, maxParallelism) != subtask) {
          shards[bucket][subtask]++;
        }
      }
    }
  }

  private static int subtaskOf(BucketKey key, int parallelism, int maxParallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(key, maxParallelism, parallelism);
  }

  int count() {
    return shards[0].length;
  }

  /** The key whose window lives on a subtask. */
  BucketKey key(int bucket, int subtask) {
    return new BucketKey(bucket, shards[bucket][subtask]);
  }
}
