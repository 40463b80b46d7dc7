package io.lengthwise.batching;

import java.io.Serializable;

/**
 * A range of predicted lengths whose requests are batched together.
 *
 * @param bound the longest predicted length in the bucket, in tokens
 * @param size the number of requests that fill a micro-batch
 */
public record LengthBucket(int bound, int size) implements Serializable {

  public LengthBucket {
    if (bound < 1 || size < 1) {
      throw new IllegalArgumentException(
          "a length bucket needs a bound and a size of at least 1, not %d:%d"
              .formatted(bound, size));
    }
  }

  @Override
  public String toString() {
    return bound + ":" + size;
  }
}
