package io.lengthwise.job.kafka;

import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.job.record.ResponseFormat;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Header;
import io.lengthwise.request.RequestError;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes results to the topic of the responses, with the key and the headers of their requests.
 *
 * <p>No response is larger than the limit, since Kafka would refuse it and the job would fail again
 * after each restart. An answer that is too long is replaced by the error {@code
 * response_too_large}. If there is still no room, the headers are left out, and then the key.
 *
 * <p>If the order is that of the input, a response without a key goes to the partition with the
 * number of the request's partition, modulo the number of partitions. Otherwise a consumer could
 * not see the order of the responses.
 *
 * @param topic the topic
 * @param maxBytes the largest record, key and headers included
 * @param order the order in which the responses come
 */
record ResponseSerializer(String topic, int maxBytes, OutputOrder order)
    implements TopicSerializer<GenerationResult> {

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      GenerationResult result, KafkaSinkContext context, Long timestamp) {
    byte[] value = ResponseFormat.line(result);
    if (KafkaRecordSize.of(null, List.of(), value.length) > maxBytes) {
      value = ResponseFormat.line(tooLarge(result, value.length));
    }
    byte[] key = result.origin().key();
    if (KafkaRecordSize.of(key, List.of(), value.length) > maxBytes) {
      key = null;
    }
    List<Header> headers = result.origin().headers();
    if (KafkaRecordSize.of(key, headers, value.length) > maxBytes) {
      headers = List.of();
    }
    Integer partition = key == null ? partition(result, context) : null;
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, key, value);
    headers.forEach(header -> record.headers().add(header.name(), header.value()));
    return record;
  }

  /** Returns the partition, or null if the producer chooses it. */
  private Integer partition(GenerationResult result, KafkaSinkContext context) {
    if (order == OutputOrder.COMPLETION) {
      return null;
    }
    return result.origin().partition() % context.getPartitionsForTopic(topic).length;
  }

  private GenerationResult tooLarge(GenerationResult result, int bytes) {
    RequestError error =
        new RequestError(
            500,
            "response_too_large",
            null,
            "The response has %d bytes, more than the %d of delivery.max-record-size"
                .formatted(bytes, maxBytes));
    return result.replacedBy(error);
  }
}
