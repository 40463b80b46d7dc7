package io.lengthwise.job.kafka;

import static io.lengthwise.job.config.LengthwiseOptions.KAFKA_PROPERTIES;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_HISTORY_TOPICS;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_LEARN;
import static io.lengthwise.job.config.LengthwiseOptions.LENGTHS_TOPIC;
import static io.lengthwise.job.config.LengthwiseOptions.REQUESTS_TOPICS;

import io.lengthwise.job.config.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks, before a job is submitted, that the topics that it reads exist.
 *
 * <p>If a topic does not exist, the source fails after each restart, and no broker creates a topic
 * for a source. Topics that the job only writes are not checked, since a broker may create them.
 */
public final class TopicCheck {

  private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private TopicCheck() {}

  /**
   * Checks the topics. If the brokers do not answer within ten seconds, this only logs a warning,
   * since a job may be submitted from a machine without access to the brokers.
   *
   * @throws IllegalConfigurationException naming every topic that does not exist, one a line, and
   *     what to do; or that the brokers do not let the job in
   */
  public static void run(KafkaSettings kafka) throws InterruptedException {
    run(kafka, PATIENCE);
  }

  /** Checks the topics within a timeout. */
  public static void run(KafkaSettings kafka, Duration patience) throws InterruptedException {
    Map<String, String> messages = messages(kafka);
    List<String> missing = new ArrayList<>();
    try (Admin admin = Admin.create(kafka.consumer())) {
      Map<String, KafkaFuture<TopicDescription>> answers =
          admin
              .describeTopics(
                  messages.keySet(),
                  new DescribeTopicsOptions().timeoutMs((int) patience.toMillis()))
              .topicNameValues();
      for (String topic : messages.keySet()) {
        if (!exists(answers.get(topic))) {
          missing.add(messages.get(topic));
        }
      }
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof AuthenticationException refusal) {
        throw refused(kafka, refusal);
      }
      LOG.warn("Whether the topics exist is not known: {}", e.getMessage());
    }
    if (!missing.isEmpty()) {
      throw new IllegalConfigurationException(String.join("\n", missing));
    }
  }

  private static IllegalConfigurationException refused(
      KafkaSettings kafka, AuthenticationException refusal) {
    return new IllegalConfigurationException(
        ("%s: the brokers at %s do not let the job in, or it does not trust them: %s. Check"
                + " security.protocol, and what it needs of sasl.* and ssl.*")
            .formatted(
                KAFKA_PROPERTIES.key(),
                kafka.consumer().getProperty("bootstrap.servers"),
                reason(refusal)),
        refusal);
  }

  /**
   * Returns the message of the cause of a TLS error, which says what is wrong with a certificate.
   */
  private static String reason(AuthenticationException refusal) {
    Throwable cause = refusal.getCause();
    return cause == null ? refusal.getMessage() : refusal.getMessage() + ": " + cause.getMessage();
  }

  private static boolean exists(KafkaFuture<TopicDescription> answer)
      throws InterruptedException, ExecutionException {
    try {
      answer.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  /** The message for each topic that is missing. */
  private static Map<String, String> messages(KafkaSettings kafka) {
    Map<String, String> messages = new LinkedHashMap<>();
    for (String topic : kafka.topics()) {
      messages.put(
          topic,
          "%s holds '%s', a topic that does not exist: create it"
              .formatted(REQUESTS_TOPICS.key(), topic));
    }
    if (kafka.lengths() != null) {
      for (String topic : kafka.lengths().history()) {
        messages.put(
            topic,
            "%s holds '%s', a topic that does not exist: create or remove it"
                .formatted(LENGTHS_HISTORY_TOPICS.key(), topic));
      }
      messages.put(
          kafka.lengths().topic(),
          "%s is '%s', a topic that does not exist: create it, or set %s to false"
              .formatted(LENGTHS_TOPIC.key(), kafka.lengths().topic(), LENGTHS_LEARN.key()));
    }
    return messages;
  }
}
