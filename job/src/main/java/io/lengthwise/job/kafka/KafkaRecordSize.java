package io.lengthwise.job.kafka;

import io.lengthwise.request.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The number of bytes of a record in Kafka. It is never less than what Kafka counts. */
final class KafkaRecordSize {

  /** Lengths, offset and timestamp of a record, and the header of a batch of this record alone. */
  private static final int OVERHEAD = 128;

  private static final int HEADER_OVERHEAD = 10;

  private KafkaRecordSize() {}

  static long of(byte[] key, List<Header> headers, int valueBytes) {
    return OVERHEAD + (key == null ? 0 : key.length) + of(headers) + valueBytes;
  }

  static long of(List<Header> headers) {
    long bytes = 0;
    for (Header header : headers) {
      bytes += of(header);
    }
    return bytes;
  }

  static long of(Header header) {
    return HEADER_OVERHEAD
        + header.name().getBytes(StandardCharsets.UTF_8).length
        + (header.value() == null ? 0 : header.value().length);
  }
}
