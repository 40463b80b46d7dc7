package io.lengthwise.job.record;

import io.lengthwise.request.Origin;
import java.nio.charset.StandardCharsets;

/**
 * That a record will get a response, and when that response has its turn: after those of the
 * earlier records with the same key.
 *
 * @param key what is kept in order: a record's key, or its partition where it has none
 * @param position the record's place in Kafka, which no other record has
 */
public record Turn(String key, String position) {

  /** The turn of the response to a record. */
  public static Turn of(Origin origin) {
    return new Turn(key(origin), origin.position());
  }

  /** Begins with a letter that tells keys from partitions. */
  private static String key(Origin origin) {
    return origin.key() == null
        ? "p" + origin.source() + "-" + origin.partition()
        : "k" + new String(origin.key(), StandardCharsets.ISO_8859_1);
  }
}
