package io.lengthwise.job.config;

import static io.lengthwise.job.config.LengthwiseOptions.DEAD_LETTERS_TOPIC;
import static io.lengthwise.job.config.LengthwiseOptions.DELIVERY_GUARANTEE;
import static io.lengthwise.job.config.LengthwiseOptions.DELIVERY_MAX_RECORD_SIZE;
import static io.lengthwise.job.config.LengthwiseOptions.DELIVERY_TRANSACTIONAL_ID_PREFIX;
import static io.lengthwise.job.config.LengthwiseOptions.DELIVERY_TRANSACTION_TIMEOUT;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_BOOTSTRAP_SERVERS;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_SINK_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_SOURCE_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_HISTORY_TOPICS;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_LEARN;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_TOPIC;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_BOUNDED;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_GROUP_ID;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_STARTING_OFFSETS;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_TOPICS;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_TOPIC_PATTERN;
import static io.lengthwise.job.config.LengthwiseOptions.RESPONSES_TOPIC;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;

/** Reads and checks the options of Kafka: brokers, topics, delivery. */
final class KafkaOptions {

  /** Properties that an option of the job sets, and that option. */
  private static final Map<String, String> OWNED =
      Map.of(
          "bootstrap.servers", KAFKA_BOOTSTRAP_SERVERS.key(),
          "group.id", REQUESTS_GROUP_ID.key(),
          "auto.offset.reset", REQUESTS_STARTING_OFFSETS.key(),
          "transactional.id", DELIVERY_TRANSACTIONAL_ID_PREFIX.key(),
          "transaction.timeout.ms", DELIVERY_TRANSACTION_TIMEOUT.key(),
          "max.request.size", DELIVERY_MAX_RECORD_SIZE.key());

  private static final List<String> SERIALIZERS =
      List.of("key.serializer", "value.serializer", "key.deserializer", "value.deserializer");

  /** Kafka's own default of {@code buffer.memory}. */
  private static final long BUFFER_BYTES = 32 << 20;

  private KafkaOptions() {}

  static KafkaSettings read(SettingsReader reader) {
    String servers = reader.require(KAFKA_BOOTSTRAP_SERVERS, "name the brokers as host:port");
    List<String> topics = topics(reader, REQUESTS_TOPICS);
    String pattern =
        reader.get(REQUESTS_TOPIC_PATTERN, KafkaOptions::compiles, "is no regular expression");
    String responses = topic(reader, RESPONSES_TOPIC);
    String deadLetters = topic(reader, DEAD_LETTERS_TOPIC);
    LengthTopics lengths = lengths(reader);
    checkRequestTopics(reader, topics, pattern);
    Map<ConfigOption<String>, String> written = new LinkedHashMap<>();
    written.put(RESPONSES_TOPIC, responses);
    written.put(DEAD_LETTERS_TOPIC, deadLetters);
    if (lengths != null) {
      written.put(LENGTHS_TOPIC, lengths.topic());
    }
    checkWrittenTopics(reader, written, topics, pattern);
    int maxWritten = JobSettings.bytes(reader, DELIVERY_MAX_RECORD_SIZE, 16 << 10, 1 << 30);
    Duration timeout =
        reader.get(
            DELIVERY_TRANSACTION_TIMEOUT,
            v -> v.toMillis() >= 1000 && v.toMillis() <= Integer.MAX_VALUE,
            "must lie between 1 s and 24 d");
    DeliveryGuarantee guarantee =
        reader.oneOf(
            DELIVERY_GUARANTEE,
            List.of(DeliveryGuarantee.AT_LEAST_ONCE, DeliveryGuarantee.EXACTLY_ONCE));
    return new KafkaSettings(
        consumer(reader, servers),
        producer(reader, servers, maxWritten, timeout),
        topics,
        pattern,
        reader.parse(REQUESTS_STARTING_OFFSETS, StartingOffsets::parse),
        reader.get(REQUESTS_BOUNDED),
        responses,
        deadLetters,
        lengths,
        guarantee,
        transactionalIdPrefix(reader, guarantee),
        timeout,
        maxWritten);
  }

  /** No default could be right: two jobs with one prefix abort each other's transactions. */
  private static String transactionalIdPrefix(SettingsReader reader, DeliveryGuarantee guarantee) {
    return guarantee == DeliveryGuarantee.EXACTLY_ONCE
        ? reader.require(
            DELIVERY_TRANSACTIONAL_ID_PREFIX,
            "exactly-once needs a word that no other job on this Kafka uses, for ever the same")
        : reader.get(DELIVERY_TRANSACTIONAL_ID_PREFIX);
  }

  private static LengthTopics lengths(SettingsReader reader) {
    LengthTopics lengths =
        new LengthTopics(topic(reader, LENGTHS_TOPIC), topics(reader, LENGTHS_HISTORY_TOPICS));
    return reader.get(LENGTHS_LEARN) ? lengths : null;
  }

  private static List<String> topics(SettingsReader reader, ConfigOption<List<String>> option) {
    List<String> entries = reader.get(option);
    if (entries == null) {
      return List.of();
    }
    List<String> topics =
        entries.stream()
            .flatMap(entry -> Stream.of(entry.split(",")))
            .map(String::strip)
            .filter(topic -> !topic.isEmpty())
            .distinct()
            .toList();
    for (String topic : topics) {
      if (!isTopicName(topic)) {
        reader.problem(option.key() + " holds '" + topic + "', which no topic can be called");
      }
    }
    return topics;
  }

  private static String topic(SettingsReader reader, ConfigOption<String> option) {
    return reader.get(
        option,
        KafkaOptions::isTopicName,
        "must be a topic's name: up to 249 letters, digits, dots, underscores and hyphens");
  }

  private static boolean isTopicName(String name) {
    return name.matches("[a-zA-Z0-9._-]{1,249}") && !name.matches("\\.{1,2}");
  }

  private static void checkRequestTopics(
      SettingsReader reader, List<String> topics, String pattern) {
    if (topics.isEmpty() == (pattern == null)) {
      reader.problem(
          "%s or %s must be set, and only one of them: name the topics requests are read from"
              .formatted(REQUESTS_TOPICS.key(), REQUESTS_TOPIC_PATTERN.key()));
    }
  }

  private static void checkWrittenTopics(
      SettingsReader reader,
      Map<ConfigOption<String>, String> written,
      List<String> topics,
      String pattern) {
    Map<String, ConfigOption<String>> seen = new HashMap<>();
    written.forEach(
        (option, topic) -> {
          if (topics.contains(topic)
              || (pattern != null && compiles(pattern) && topic.matches(pattern))) {
            reader.problem(
                option,
                "the job would read what it writes, since '%s' is a topic of requests"
                    .formatted(topic));
          }
          ConfigOption<String> first = seen.putIfAbsent(topic, option);
          if (first != null) {
            reader.problem(
                option, "must differ from %s: each has its own readers".formatted(first.key()));
          }
        });
  }

  private static boolean compiles(String pattern) {
    try {
      Pattern.compile(pattern);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static Properties consumer(SettingsReader reader, String servers) {
    Properties properties = new Properties();
    // Requests of an aborted transaction were never sent.
    properties.put("isolation.level", "read_committed");
    putAll(properties, reader, KAFKA_PROPERTIES);
    putAll(properties, reader, KAFKA_SOURCE_PROPERTIES);
    putIfPresent(properties, "bootstrap.servers", servers);
    putIfPresent(
        properties, "group.id", reader.require(REQUESTS_GROUP_ID, "name a consumer group"));
    return properties;
  }

  private static Properties producer(
      SettingsReader reader, String servers, int maxWritten, Duration transactionTimeout) {
    Properties properties = new Properties();
    // A record larger than the producer's buffer could never be sent.
    properties.put("buffer.memory", String.valueOf(Math.max(BUFFER_BYTES, 2L * maxWritten)));
    putAll(properties, reader, KAFKA_PROPERTIES);
    putAll(properties, reader, KAFKA_SINK_PROPERTIES);
    putIfPresent(properties, "bootstrap.servers", servers);
    // Kafka counts the batch's own header too.
    properties.put("max.request.size", String.valueOf(maxWritten + 1024));
    properties.put("transaction.timeout.ms", String.valueOf(transactionTimeout.toMillis()));
    return properties;
  }

  private static void putAll(
      Properties properties, SettingsReader reader, ConfigOption<Map<String, String>> option) {
    reader
        .get(option)
        .forEach(
            (name, value) -> {
              if (OWNED.containsKey(name)) {
                reader.problem(
                    "%s.%s is set by the job: use %s"
                        .formatted(option.key(), name, OWNED.get(name)));
              } else if (SERIALIZERS.contains(name)) {
                reader.problem("%s.%s is set by the job: remove it".formatted(option.key(), name));
              } else {
                properties.put(name, value);
              }
            });
  }

  private static void putIfPresent(Properties properties, String name, String value) {
    if (value != null) {
      properties.put(name, value);
    }
  }
}
