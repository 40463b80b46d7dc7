package io.lengthwise.batching;

/**
 * The key of a window: a bucket would be too few keys for many subtasks, so each bucket has one for
 * every shard.
 *
 * <p>It says the bucket's place and not its bound, which travels with the request: a bound may be
 * learned anew or configured otherwise while requests wait, and the key of what waits must stay.
 *
 * @param bucket the place, from 0, of the length bucket among all
 * @param shard tells the keys of a bucket apart; {@link BucketShards} chooses it so that Flink
 *     sends each key to a subtask of its own
 */
public record BucketKey(int bucket, int shard) {

  /** Fixed here, since it decides the key group in savepoints; a record's own may change. */
  @Override
  public int hashCode() {
    return 31 * bucket + shard;
  }
}
