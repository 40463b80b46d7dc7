package io.lengthwise.job.kafka;

import io.lengthwise.job.record.LengthFormat;
import io.lengthwise.prediction.CompletedLength;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes the lengths of finished answers without a key. They need no order, and a compacted topic
 * would keep only one length for each key.
 *
 * <p>A length that is larger than the largest record is left out. Kafka would refuse it, and the
 * job would fail again after each restart.
 *
 * @param topic the topic
 * @param maxBytes the largest record
 */
public record LengthSerializer(String topic, int maxBytes)
    implements TopicSerializer<CompletedLength> {

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      CompletedLength length, KafkaSinkContext context, Long timestamp) {
    byte[] value = LengthFormat.write(length);
    return KafkaRecordSize.of(null, List.of(), value.length) > maxBytes
        ? null
        : new ProducerRecord<>(topic, value);
  }
}
