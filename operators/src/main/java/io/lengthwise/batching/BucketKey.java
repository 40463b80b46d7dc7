package io.lengthwise.batching;

/**
 * The key of a window: a bucket would be too few keys for many subtasks, so each bucket has one for
 * every shard.
 *
 * @param bound upper bound, in tokens, of the length bucket
 * @param shard tells the keys of a bucket apart; {@link BucketShards} chooses it so that Flink
 *     sends each key to a subtask of its own
 */
public record BucketKey(int bound, int shard) {

  /** Fixed here, since it decides the key group in savepoints; a record's own may change. */
  @Override
  public int hashCode() {
    return 31 * bound + shard;
  }
}
