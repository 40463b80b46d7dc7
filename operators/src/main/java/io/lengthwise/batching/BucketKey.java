package io.lengthwise.batching;

/**
 * The key of a window. A job may have more subtasks than buckets, so each bucket has several keys,
 * one for each of its shards.
 *
 * <p>The key has the bucket's index and not its upper bound, which travels with the request. The
 * bound may change while requests wait, because the buckets are learned or configured again, but
 * the key of a waiting request must not change.
 *
 * @param bucket the index of the length bucket, from 0
 * @param shard the number of the key within its bucket; {@link BucketShards} chooses the shards so
 *     that Flink sends each key to a different subtask
 */
public record BucketKey(int bucket, int shard) {

  /** Fixed, because it determines the key group in savepoints. A record's default may change. */
  @Override
  public int hashCode() {
    return 31 * bucket + shard;
  }
}
