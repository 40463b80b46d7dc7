package io.lengthwise.job.kafka;

import io.lengthwise.job.config.KafkaSettings;
import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.request.GenerationResult;
import java.util.regex.Pattern;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/**
 * The Kafka source and the Kafka sinks of the job.
 *
 * <p>A large record cannot block the source: {@code max.partition.fetch.bytes} is a soft limit, so
 * Kafka returns a larger record alone. The value is cut at once to the size that the job accepts.
 */
public final class KafkaRecords {

  private KafkaRecords() {}

  /** Reads the request topics. */
  public static KafkaSource<InputRecord> requests(KafkaSettings kafka, int maxRecordBytes) {
    KafkaSourceBuilder<InputRecord> builder =
        KafkaSource.<InputRecord>builder()
            .setProperties(kafka.consumer())
            .setDeserializer(new RequestDeserializer(maxRecordBytes))
            .setStartingOffsets(kafka.startingOffsets().initializer());
    if (kafka.topicPattern() != null) {
      builder.setTopicPattern(Pattern.compile(kafka.topicPattern()));
    } else {
      builder.setTopics(kafka.topics());
    }
    if (kafka.bounded()) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder.build();
  }

  /**
   * Reads the lengths of answers from the beginning of their topics.
   *
   * <p>The source commits no offsets, since they would be counted as lag of the group of the
   * requests.
   *
   * @param kafka with topics of lengths
   * @param model the model whose answers' lengths are read
   */
  public static KafkaSource<CompletedLength> lengths(KafkaSettings kafka, String model) {
    KafkaSourceBuilder<CompletedLength> builder =
        KafkaSource.<CompletedLength>builder()
            .setProperties(kafka.consumer())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setProperty("enable.auto.commit", "false")
            .setDeserializer(new LengthDeserializer(model))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setTopics(kafka.lengths().read());
    if (kafka.bounded()) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder.build();
  }

  /** Writes the topic of the responses. */
  public static Sink<GenerationResult> responses(KafkaSettings kafka, OutputOrder order) {
    return sink(
        kafka,
        kafka.guarantee(),
        "-responses",
        new ResponseSerializer(kafka.responsesTopic(), kafka.maxWrittenBytes(), order));
  }

  /** Writes the topic of the dead letters. */
  public static Sink<DeadLetter> deadLetters(KafkaSettings kafka) {
    return sink(
        kafka,
        kafka.guarantee(),
        "-dead-letters",
        new DeadLetterSerializer(kafka.deadLettersTopic(), kafka.maxWrittenBytes()));
  }

  /**
   * Writes the topic of the lengths without transactions. In a transaction, a length would reach
   * the predictor only after the next checkpoint. A length that is learned twice does no harm.
   */
  public static Sink<CompletedLength> writtenLengths(KafkaSettings kafka) {
    return sink(
        kafka,
        DeliveryGuarantee.AT_LEAST_ONCE,
        "-lengths",
        new LengthSerializer(kafka.lengths().topic(), kafka.maxWrittenBytes()));
  }

  private static <T> Sink<T> sink(
      KafkaSettings kafka,
      DeliveryGuarantee guarantee,
      String name,
      TopicSerializer<T> serializer) {
    KafkaSinkBuilder<T> builder =
        KafkaSink.<T>builder()
            .setKafkaProducerConfig(kafka.producer())
            .setBootstrapServers(kafka.producer().getProperty("bootstrap.servers"))
            .setRecordSerializer(serializer)
            .setDeliveryGuarantee(guarantee);
    if (guarantee == DeliveryGuarantee.EXACTLY_ONCE) {
      // Pooling asks the broker which transactions are open, and so survives a change of
      // parallelism without probing every id that there might have been.
      builder
          .setTransactionalIdPrefix(kafka.transactionalIdPrefix() + name)
          .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING);
      return new TransactionalSink<>(builder.build());
    }
    return builder.build();
  }
}
