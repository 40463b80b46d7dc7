package io.lengthwise.job.config;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * The topics and the Kafka clients of a job.
 *
 * @param consumer properties of the consumers, brokers and group included
 * @param producer properties of the producers, brokers included
 * @param topics topics of the requests, empty where a pattern names them
 * @param topicPattern a regular expression of request topics, null where they are listed
 * @param startingOffsets where a job without a savepoint begins
 * @param bounded whether the job ends at the offsets that are the latest at its start
 * @param responsesTopic topic of the responses
 * @param deadLettersTopic topic of the dead letters
 * @param lengths where the lengths of answers are kept, null where nothing is learned
 * @param guarantee at-least-once or exactly-once
 * @param transactionalIdPrefix begins the ids of transactions, null only where none is needed
 * @param transactionTimeout when the broker aborts an open transaction
 * @param maxWrittenBytes the largest record that is written, key and headers included
 */
public record KafkaSettings(
    Properties consumer,
    Properties producer,
    List<String> topics,
    String topicPattern,
    StartingOffsets startingOffsets,
    boolean bounded,
    String responsesTopic,
    String deadLettersTopic,
    LengthTopics lengths,
    DeliveryGuarantee guarantee,
    String transactionalIdPrefix,
    Duration transactionTimeout,
    int maxWrittenBytes) {

  /** Omits the properties: they contain passwords, and settings are logged. */
  @Override
  public String toString() {
    return "KafkaSettings[%s -> %s, %s, %s]"
        .formatted(
            topicPattern != null ? topicPattern : topics,
            responsesTopic,
            deadLettersTopic,
            guarantee);
  }
}
