package io.lengthwise.job.kafka;

import io.lengthwise.job.record.LengthFormat;
import io.lengthwise.prediction.CompletedLength;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes the lengths of finished answers, without a key: they need no order among partitions, and a
 * topic that is compacted would keep but one of each key.
 *
 * <p>One that is larger than the job may write is left out, since Kafka's refusal would fail the
 * job again and again.
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
