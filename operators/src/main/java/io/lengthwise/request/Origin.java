package io.lengthwise.request;

import java.util.List;

/**
 * The record a request was read from.
 *
 * @param source topic, or the file's name where the job reads files
 * @param partition partition of the topic, 0 for files
 * @param offset offset in the partition, or the line's number for files
 * @param key the record's key, null where it has none
 * @param headers the record's headers, which the response carries over
 * @param arrival epoch milliseconds at which the job read the record
 */
public record Origin(
    String source, int partition, long offset, byte[] key, List<Header> headers, long arrival) {

  /** The position for messages and request ids, for example {@code requests-3-1042}. */
  public String position() {
    return source + "-" + partition + "-" + offset;
  }
}
