package io.lengthwise.cli.kafka;

import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_BOOTSTRAP_SERVERS;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_SINK_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_SOURCE_PROPERTIES;

import io.lengthwise.cli.console.CommandFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka clients of the command line, with the Kafka properties of the job. */
public final class KafkaClients {

  private KafkaClients() {}

  static Producer<byte[], byte[]> producer(Configuration configuration) {
    return new KafkaProducer<>(
        properties(configuration, KAFKA_SINK_PROPERTIES),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** A consumer outside any group that reads committed records. */
  public static Consumer<byte[], byte[]> consumer(Configuration configuration) {
    Map<String, Object> properties = properties(configuration, KAFKA_SOURCE_PROPERTIES);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("allow.auto.create.topics", "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Assigns all partitions of the topics, from their beginning or from their current end.
   *
   * @throws CommandFailure with the name of a topic that does not exist
   */
  public static void assign(Consumer<?, ?> consumer, List<String> topics, boolean fromBeginning) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> infos = consumer.partitionsFor(topic);
      if (infos.isEmpty()) {
        throw new CommandFailure("There is no topic " + topic);
      }
      infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
      // The client looks the end up when it is first asked. This must happen before the first poll.
      partitions.forEach(consumer::position);
    }
  }

  private static Map<String, Object> properties(
      Configuration configuration, ConfigOption<Map<String, String>> own) {
    String servers = configuration.get(KAFKA_BOOTSTRAP_SERVERS);
    if (servers == null || servers.isBlank()) {
      throw new IllegalConfigurationException(
          "Name the Kafka brokers: -D %s=HOST:PORT, or --config FILE"
              .formatted(KAFKA_BOOTSTRAP_SERVERS.key()));
    }
    Map<String, Object> properties = new HashMap<>(configuration.get(KAFKA_PROPERTIES));
    properties.putAll(configuration.get(own));
    properties.put("bootstrap.servers", servers);
    return properties;
  }
}
