package io.lengthwise.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EmbeddedKafkaTest {

  @Test
  @Timeout(120)
  void carriesARecordAndLeavesNothing() throws Exception {
    Path folder;
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      folder = kafka.folder();
      kafka.createTopics(1, List.of("words"));
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.bootstrapServers()),
              new StringSerializer(),
              new StringSerializer())) {
        producer.send(new ProducerRecord<>("words", "key", "value")).get();
      }
      assertThat(firstValue(kafka)).isEqualTo("value");
    }
    assertThat(folder).doesNotExist();
  }

  private static String firstValue(EmbeddedKafka kafka) {
    TopicPartition words = new TopicPartition("words", 0);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(words));
      consumer.seekToBeginning(List.of(words));
      ConsumerRecords<String, String> records = ConsumerRecords.empty();
      while (records.isEmpty()) {
        records = consumer.poll(Duration.ofSeconds(1));
      }
      return records.iterator().next().value();
    }
  }
}
