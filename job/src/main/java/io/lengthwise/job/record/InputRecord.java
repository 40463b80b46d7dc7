package io.lengthwise.job.record;

import io.lengthwise.request.Origin;
import java.util.Arrays;

/**
 * A record before it is parsed.
 *
 * @param origin where it was read
 * @param value its bytes, null for a tombstone; the first of them where the record is larger than
 *     the job accepts
 * @param size the bytes the record really had, more than {@code value} holds where it was cut
 */
public record InputRecord(Origin origin, byte[] value, int size) {

  /** A record whose value is kept up to a limit in bytes, so that a huge one is not carried on. */
  public static InputRecord of(Origin origin, byte[] value, int limit) {
    if (value == null) {
      return new InputRecord(origin, null, 0);
    }
    byte[] kept = value.length <= limit ? value : Arrays.copyOf(value, limit);
    return new InputRecord(origin, kept, value.length);
  }
}
