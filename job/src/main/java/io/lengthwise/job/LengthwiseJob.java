package io.lengthwise.job;

import io.lengthwise.job.Pipeline.Streams;
import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.KafkaSettings;
import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.job.kafka.KafkaRecords;
import io.lengthwise.job.kafka.TopicCheck;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.prediction.CompletedLength;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of the job for {@code flink run}. The job reads requests from Kafka and writes
 * results to Kafka.
 */
public final class LengthwiseJob {

  private static final Logger LOG = LoggerFactory.getLogger(LengthwiseJob.class);

  private LengthwiseJob() {}

  /** Runs the job; the arguments are those of {@link ConfigurationReader#ofArguments}. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = ConfigurationReader.ofArguments(arguments);
    JobSettings settings = JobSettings.of(configuration);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    define(environment, settings);
    TopicCheck.run(settings.kafka());
    environment.execute(settings.name());
  }

  /**
   * Adds the source, the operators and the sinks to an environment.
   *
   * @param settings with Kafka's
   * @throws IllegalConfigurationException where the environment's checkpoints do not fit the
   *     delivery guarantee or the order of the output
   */
  public static void define(StreamExecutionEnvironment environment, JobSettings settings) {
    KafkaSettings kafka = settings.kafka();
    checkCheckpoints(environment, kafka);
    checkOrder(environment, settings.outputOrder());
    Pipeline.configure(environment, settings);
    DataStream<InputRecord> records =
        environment
            .fromSource(
                KafkaRecords.requests(kafka, settings.limits().maxRecordBytes()),
                WatermarkStrategy.noWatermarks(),
                "requests",
                TypeInformation.of(InputRecord.class))
            .uid("requests");
    Streams streams =
        kafka.lengths() == null
            ? Pipeline.build(records, settings)
            : Pipeline.build(records, lengths(environment, settings), settings);
    streams
        .responses()
        .sinkTo(KafkaRecords.responses(kafka, settings.outputOrder()))
        .name("responses")
        .uid("responses");
    streams
        .deadLetters()
        .sinkTo(KafkaRecords.deadLetters(kafka))
        .name("dead-letters")
        .uid("dead-letters");
    if (kafka.lengths() != null) {
      streams
          .lengths()
          .sinkTo(KafkaRecords.writtenLengths(kafka))
          .name("lengths-sink")
          .uid("lengths-sink");
    }
  }

  /**
   * One subtask reads the lengths, so that all predictors learn them in the same order and have the
   * same weights.
   */
  private static DataStream<CompletedLength> lengths(
      StreamExecutionEnvironment environment, JobSettings settings) {
    return environment
        .fromSource(
            KafkaRecords.lengths(settings.kafka(), settings.model().name()),
            WatermarkStrategy.noWatermarks(),
            "lengths",
            TypeInformation.of(CompletedLength.class))
        .uid("lengths")
        .setParallelism(1);
  }

  /** A position that arrives twice would wait for a second response and hold its key for ever. */
  private static void checkOrder(StreamExecutionEnvironment environment, OutputOrder order) {
    CheckpointConfig checkpoints = environment.getCheckpointConfig();
    if (order == OutputOrder.INPUT
        && checkpoints.isCheckpointingEnabled()
        && checkpoints.getCheckpointingConsistencyMode() == CheckpointingMode.AT_LEAST_ONCE) {
      throw new IllegalConfigurationException(
          "output.order is input, which needs Flink's state to be exactly-once, whatever"
              + " delivery.guarantee is: remove execution.checkpointing.mode, which is"
              + " AT_LEAST_ONCE");
    }
  }

  private static void checkCheckpoints(
      StreamExecutionEnvironment environment, KafkaSettings kafka) {
    boolean enabled = environment.getCheckpointConfig().isCheckpointingEnabled();
    if (kafka.guarantee() == DeliveryGuarantee.EXACTLY_ONCE) {
      if (!enabled) {
        throw new IllegalConfigurationException(
            "delivery.guarantee is exactly-once, which writes responses at checkpoints: set"
                + " execution.checkpointing.interval, for example to 10 s");
      }
      long interval = environment.getCheckpointConfig().getCheckpointInterval();
      if (kafka.transactionTimeout().toMillis() <= interval) {
        throw new IllegalConfigurationException(
            "delivery.transaction-timeout is %d ms, not longer than the %d ms of"
                    .formatted(kafka.transactionTimeout().toMillis(), interval)
                + " execution.checkpointing.interval: the broker would abort every transaction;"
                + " make it longer than an interval and a recovery");
      }
    } else if (!enabled && !kafka.bounded()) {
      LOG.warn(
          "There are no checkpoints, so a failure loses the requests that are being answered: set"
              + " execution.checkpointing.interval, for example to 30 s");
    }
  }
}
