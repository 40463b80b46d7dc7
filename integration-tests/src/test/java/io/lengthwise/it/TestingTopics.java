package io.lengthwise.it;

import io.lengthwise.cli.kafka.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The four topics of a job, seen from outside of it.
 *
 * <p>Requests have two partitions, so that two subtasks read them, and take records of 64 MiB.
 */
record TestingTopics(
    String bootstrapServers,
    String requests,
    String responses,
    String deadLetters,
    String lengths) {

  private static final int REQUEST_PARTITIONS = 2;
  private static final String MAX_BYTES = String.valueOf(64 << 20);

  static TestingTopics create(String bootstrapServers, String prefix) throws Exception {
    TestingTopics topics =
        new TestingTopics(
            bootstrapServers,
            prefix + "-requests",
            prefix + "-responses",
            prefix + "-dead",
            prefix + "-lengths");
    try (Admin admin = Admin.create(topics.client())) {
      KafkaTopics.create(
          admin,
          List.of(
              new NewTopic(topics.requests, REQUEST_PARTITIONS, (short) 1)
                  .configs(Map.of("max.message.bytes", MAX_BYTES)),
              new NewTopic(topics.responses, 1, (short) 1),
              new NewTopic(topics.deadLetters, 1, (short) 1),
              new NewTopic(topics.lengths, 1, (short) 1)));
    }
    return topics;
  }

  private Map<String, Object> client() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  /** Sends lines, each by itself as a record without a key. */
  void send(List<String> lines) throws ExecutionException, InterruptedException {
    sendRecords(
        lines.stream()
            .map(line -> line.getBytes(StandardCharsets.UTF_8))
            .map(line -> new ProducerRecord<byte[], byte[]>(requests, line))
            .toList());
  }

  /** Sends records and returns, in their order, where they ended up. */
  List<RecordMetadata> sendRecords(List<ProducerRecord<byte[], byte[]>> records)
      throws ExecutionException, InterruptedException {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            // Tests send no record twice, so the producer needs no id from the broker.
            "enable.idempotence",
            "false",
            "max.request.size",
            MAX_BYTES,
            "buffer.memory",
            String.valueOf(128 << 20));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) {
        sent.add(producer.send(record));
      }
      List<RecordMetadata> places = new ArrayList<>();
      for (Future<RecordMetadata> future : sent) {
        places.add(future.get());
      }
      return places;
    }
  }

  /** The responses that a {@code read_committed} consumer sees now. */
  List<Response> committedResponses() {
    return committed(responses).stream().map(Response::of).toList();
  }

  /** The records of a topic that a {@code read_committed} consumer sees now. */
  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition(topic, 0);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }
}
