package io.lengthwise.batching;

import java.io.Serializable;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys of the buckets' windows, one for each bucket and subtask.
 *
 * <p>Flink hashes a key to a key group and assigns a range of key groups to each subtask. If the
 * keys of a bucket were numbered from 0, some subtasks would get no key and others several. So the
 * shard of a subtask is the smallest number whose key Flink sends to this subtask.
 */
final class BucketShards implements Serializable {

  private static final long serialVersionUID = 1;

  /** The shard numbers by bucket and subtask. */
  private final int[][] shards;

  /**
   * Chooses the keys.
   *
   * @param buckets the most buckets at a time
   * @param parallelism the number of subtasks of the operator with the windows
   * @param maxParallelism its number of key groups, at least the parallelism
   */
  BucketShards(int buckets, int parallelism, int maxParallelism) {
    if (parallelism < 1 || parallelism > maxParallelism) {
      throw new IllegalArgumentException(
          "the parallelism is %d, but must be from 1 to the maximum parallelism, %d"
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
