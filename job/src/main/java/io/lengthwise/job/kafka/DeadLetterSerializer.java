package io.lengthwise.job.kafka;

import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.request.Header;
import io.lengthwise.request.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes dead letters with the key, the headers and the value of the record, and with headers that
 * describe the error and the origin.
 *
 * <p>A record that is too large for the topic is cut in this order: the end of the value, the
 * headers, the key. The headers name the topic, partition and offset of the whole record.
 *
 * @param topic the topic
 * @param maxBytes the largest record, key and headers included
 */
record DeadLetterSerializer(String topic, int maxBytes) implements TopicSerializer<DeadLetter> {

  static final String CLASS = "lengthwise-error-class";
  static final String MESSAGE = "lengthwise-error-message";
  static final String TOPIC = "lengthwise-topic";
  static final String PARTITION = "lengthwise-partition";
  static final String OFFSET = "lengthwise-offset";
  static final String SIZE = "lengthwise-original-size";

  private static final List<String> OWN = List.of(CLASS, MESSAGE, TOPIC, PARTITION, OFFSET, SIZE);

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext context, Long timestamp) {
    Origin origin = letter.record().origin();
    List<Header> headers = new ArrayList<>(headers(letter));
    byte[] key = origin.key();
    if (KafkaRecordSize.of(key, headers, 0) > maxBytes) {
      key = null;
    }
    long room = maxBytes - KafkaRecordSize.of(key, headers, 0);
    for (Header header : origin.headers()) {
      long size = KafkaRecordSize.of(header);
      // A dead letter that was sent back and failed again has these twice otherwise.
      if (!OWN.contains(header.name()) && size <= room) {
        headers.add(header);
        room -= size;
      }
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, key, cut(letter.record().value(), room));
    headers.forEach(header -> record.headers().add(header.name(), header.value()));
    return record;
  }

  private static List<Header> headers(DeadLetter letter) {
    Origin origin = letter.record().origin();
    return List.of(
        header(CLASS, letter.cause()),
        header(MESSAGE, letter.message()),
        header(TOPIC, origin.source()),
        header(PARTITION, String.valueOf(origin.partition())),
        header(OFFSET, String.valueOf(origin.offset())),
        header(SIZE, String.valueOf(letter.record().size())));
  }

  private static Header header(String name, String value) {
    return new Header(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] cut(byte[] value, long room) {
    return value == null || value.length <= room ? value : Arrays.copyOf(value, (int) room);
  }
}
