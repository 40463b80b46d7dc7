package io.lengthwise.job.record;

import io.lengthwise.request.Origin;
import java.nio.charset.StandardCharsets;

/**
 * The position of a record's response in the output: after the responses of the earlier records
 * with the same key.
 *
 * @param key responses with equal keys are kept in order: the record's key, or the partition of a
 *     record without one
 * @param position topic, partition and offset of the record, which no other record has
 */
public record OutputPosition(String key, String position) {

  /** The position of the response to a record. */
  public static OutputPosition of(Origin origin) {
    return new OutputPosition(key(origin), origin.position());
  }

  /** The first letter tells a record key from a partition. */
  private static String key(Origin origin) {
    return origin.key() == null
        ? "p" + origin.source() + "-" + origin.partition()
        : "k" + new String(origin.key(), StandardCharsets.ISO_8859_1);
  }
}
