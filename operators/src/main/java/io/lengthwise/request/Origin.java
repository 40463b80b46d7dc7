package io.lengthwise.request;

import java.util.List;

/**
 * The record from which a request was read.
 *
 * @param source the topic, or the name of the file
 * @param partition the partition of the topic, 0 for a file
 * @param offset the offset in the partition, or the number of the line in the file
 * @param key the record's key, or null
 * @param headers the record's headers, which are copied to the response
 * @param arrival epoch milliseconds at which the job read the record
 */
public record Origin(
    String source, int partition, long offset, byte[] key, List<Header> headers, long arrival) {

  /** The position of the record as text, for example {@code requests-3-1042}. */
  public String position() {
    return source + "-" + partition + "-" + offset;
  }
}
