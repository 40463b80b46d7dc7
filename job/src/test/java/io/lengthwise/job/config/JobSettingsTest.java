package io.lengthwise.job.config;

import static io.lengthwise.job.config.TestingConfigurations.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.batching.BatchingMode;
import io.lengthwise.batching.BatchingOptions;
import io.lengthwise.batching.LearnedBuckets;
import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.prediction.PredictorName;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;

class JobSettingsTest {
  @Test
  void fewOptionsMakeAJob() {
    JobSettings settings = JobSettings.of(with(Map.of()));

    assertThat(settings.model())
        .isEqualTo(
            new ModelSpec("SmolLM2.Q4_1", "/models/SmolLM2.Q4_1.gguf", "cpu", WeightType.AUTO));
    assertThat(settings.limits().model()).isEqualTo("SmolLM2.Q4_1");
    assertThat(settings.limits().maxRecordBytes()).isEqualTo(4 << 20);
    assertThat(settings.prediction().predictor()).isEqualTo(PredictorName.ONLINE);
    assertThat(settings.batching().mode()).isEqualTo(BatchingMode.BUCKET);
    assertThat(settings.engine().memory().bytes()).isEqualTo(1L << 30);
    assertThat(settings.engine().batching().maxWaitMillis()).isEqualTo(EngineOptions.NO_LIMIT);
    assertThat(settings.engine().prefill().chunk()).isEqualTo(512);
    assertThat(settings.parallelism()).isZero();
    assertThat(settings.kafka().topics()).containsExactly("in");
    assertThat(settings.kafka().guarantee()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    assertThat(settings.kafka().consumer())
        .containsEntry("bootstrap.servers", "k:9092")
        .containsEntry("group.id", "lengthwise")
        .containsEntry("isolation.level", "read_committed");
    assertThat(settings.kafka().producer())
        .containsEntry("bootstrap.servers", "k:9092")
        .containsEntry("transaction.timeout.ms", "900000")
        .containsEntry("max.request.size", "1001024");
  }

  @Test
  void promptsComeInLargerChunksOnAGpu() {
    assertThat(prefillChunk(Map.of("model.device", "cuda:1"))).isEqualTo(2048);
    assertThat(prefillChunk(Map.of("model.device", "cuda", "engine.prefill.chunk", "100")))
        .isEqualTo(100);
  }

  @Test
  void aMicroBatchWaitsLongerWhereItIsABatch() {
    assertThat(maxWait(Map.of())).isEqualTo(Duration.ofMillis(5));
    assertThat(maxWait(Map.of("engine.discipline", "static"))).isEqualTo(Duration.ofMillis(50));
    assertThat(maxWait(Map.of("engine.discipline", "static", "batching.max-wait", "20 ms")))
        .isEqualTo(Duration.ofMillis(20));
    assertThat(maxWait(Map.of("batching.mode", "group"))).isEqualTo(Duration.ofSeconds(1));
  }

  private static Duration maxWait(Map<String, String> options) {
    return JobSettings.of(with(options)).batching().maxWait();
  }

  private static int prefillChunk(Map<String, String> options) {
    return JobSettings.of(with(options)).engine().prefill().chunk();
  }

  @Test
  void jobOverFilesNeedsNoKafka() {
    JobSettings settings =
        JobSettings.withoutKafka(Configuration.fromMap(Map.of("model.path", "/models/tiny/")));

    assertThat(settings.kafka()).isNull();
    assertThat(settings.model().name()).isEqualTo("tiny");
  }

  @Test
  void wordsOfTheDocsChoose() {
    JobSettings settings =
        JobSettings.of(
            with(
                Map.of(
                    "engine.order", "longest-first",
                    "engine.discipline", "static",
                    "engine.max-wait", "5 min",
                    "model.weights", "int8",
                    "predictor", "constant",
                    "batching.mode", "none",
                    "batching.buckets", "learned:8",
                    "delivery.guarantee", "exactly-once",
                    "delivery.transactional-id-prefix", "job-7",
                    "requests.starting-offsets", "timestamp:2026-11-24T10:00:00Z")));

    assertThat(settings.engine().batching().order()).isEqualTo(AdmissionOrder.LONGEST_FIRST);
    assertThat(settings.engine().batching().discipline()).isEqualTo(Discipline.STATIC);
    assertThat(settings.engine().batching().maxWaitMillis()).isEqualTo(300_000);
    assertThat(settings.model().weights()).isEqualTo(WeightType.INT8);
    assertThat(settings.prediction().predictor()).isEqualTo(PredictorName.CONSTANT);
    assertThat(settings.batching().mode()).isEqualTo(BatchingMode.NONE);
    assertThat(settings.batching().buckets()).isEqualTo(new LearnedBuckets(8));
    assertThat(settings.kafka().guarantee()).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
    assertThat(settings.kafka().transactionalIdPrefix()).isEqualTo("job-7");
    assertThat(settings.kafka().startingOffsets())
        .isEqualTo(new StartingOffsets(StartingOffsets.Kind.TIMESTAMP, 1795514400000L));
  }

  @Test
  void widthIsMeasuredUnlessItIsGiven() {
    assertThat(width(Map.of())).isEqualTo(EngineOptions.AUTO_WIDTH);
    assertThat(width(Map.of("engine.width", "auto"))).isEqualTo(EngineOptions.AUTO_WIDTH);
    assertThat(width(Map.of("engine.width", "48"))).isEqualTo(48);
  }

  private static int width(Map<String, String> options) {
    return JobSettings.of(with(options)).engine().batching().width();
  }

  @Test
  void inTheOrderOfTheInputTheOldestIsAdmittedFirstUnlessAnotherOrderIsSet() {
    assertThat(admissionOrder(Map.of("output.order", "input"))).isEqualTo(AdmissionOrder.FIFO);
    assertThat(admissionOrder(Map.of("output.order", "input", "engine.order", "shortest-first")))
        .isEqualTo(AdmissionOrder.SHORTEST_FIRST);
    assertThat(admissionOrder(Map.of("output.order", "completion")))
        .isEqualTo(AdmissionOrder.SHORTEST_FIRST);
  }

  private static AdmissionOrder admissionOrder(Map<String, String> options) {
    return JobSettings.of(with(options)).engine().batching().order();
  }

  @Test
  void promptLookupIsOffUnlessItMayDraftTokens() {
    assertThat(JobSettings.of(with(Map.of())).engine().batching().lookup()).isZero();
    assertThat(JobSettings.of(with(Map.of("engine.lookup", "8"))).engine().batching().lookup())
        .isEqualTo(8);
  }

  @Test
  void groupsAreStaticAndHaveTheirOwnWait() {
    JobSettings settings =
        JobSettings.of(
            with(
                Map.of(
                    "batching.mode", "group",
                    "batching.buckets", "100:8",
                    "batching.group.size", "64",
                    "batching.group.max-wait", "5 s",
                    "batching.group.binning", "false",
                    "batching.group.variable-batch-size", "false",
                    "batching.group.batch-size", "4",
                    "batching.group.recomputation", "restart",
                    "batching.group.quantile", "0.8")));

    SequenceOptions sequence =
        new SequenceOptions(
            false, false, Recomputation.RESTART, 0.8, 64, 4, LengthBuckets.parse("100:8"));
    assertThat(settings.engine().batching().discipline()).isEqualTo(Discipline.STATIC);
    assertThat(settings.engine().batching().sequence()).isEqualTo(sequence);
    assertThat(settings.batching().options(2, 128))
        .isEqualTo(
            new BatchingOptions(
                BatchingMode.GROUP, LengthBuckets.parse("8192:64"), Duration.ofSeconds(5), 2, 128));
  }

  @Test
  void otherModesHaveNoGroups() {
    JobSettings settings =
        JobSettings.of(with(Map.of("batching.group.size", "64", "engine.discipline", "static")));

    assertThat(settings.engine().batching().sequence()).isNull();
    assertThat(settings.batching().maxWait()).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void groupsCannotBeRefilled() {
    assertThatThrownBy(
            () ->
                JobSettings.of(
                    with(Map.of("batching.mode", "group", "engine.discipline", "refill"))))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessage(
            "engine.discipline is 'refill': batching.mode is group, whose batches are static: set"
                + " static, or leave it out");
  }

  @Test
  void groupsHaveNoLearnedSizes() {
    assertThatThrownBy(
            () ->
                JobSettings.of(
                    with(Map.of("batching.mode", "group", "batching.buckets", "learned"))))
        .hasMessage(
            "batching.buckets is 'learned': batching.mode is group, whose batches have sizes that"
                + " are given: write bound:size");
  }

  @Test
  void propertiesOfKafkaPassThroughEachToItsClients() {
    KafkaSettings kafka =
        JobSettings.of(
                with(
                    Map.of(
                        "kafka.properties.security.protocol", "SSL",
                        "kafka.source.properties.max.poll.records", "10",
                        "kafka.sink.properties.compression.type", "zstd")))
            .kafka();

    assertThat(kafka.consumer())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("max.poll.records", "10")
        .doesNotContainKey("compression.type");
    assertThat(kafka.producer())
        .containsEntry("security.protocol", "SSL")
        .containsEntry("compression.type", "zstd")
        .doesNotContainKey("max.poll.records");
  }

  @Test
  void largestRecordFitsTheProducersBuffer() {
    assertThat(producer(Map.of())).containsEntry("buffer.memory", "33554432");
    assertThat(producer(Map.of("delivery.max-record-size", "1 gb")))
        .containsEntry("buffer.memory", "2147483648");
    assertThat(
            producer(
                Map.of(
                    "delivery.max-record-size", "1 gb",
                    "kafka.sink.properties.buffer.memory", "1500000000")))
        .containsEntry("buffer.memory", "1500000000");
  }

  @Test
  void lengthsAreReadFromTheirTopicAndFromHistory() {
    LengthTopics lengths =
        JobSettings.of(with(Map.of("lengths.topic", "own", "lengths.history-topics", "old;own")))
            .kafka()
            .lengths();

    assertThat(lengths.topic()).isEqualTo("own");
    assertThat(lengths.read()).containsExactly("own", "old");
  }

  @Test
  void nothingIsLearnedWhereLearningIsOff() {
    Map<String, String> off =
        Map.of("lengths.learn", "false", "responses.topic", "lengthwise-lengths");

    assertThat(JobSettings.of(with(off)).kafka().lengths()).isNull();
  }

  private static Map<Object, Object> producer(Map<String, String> options) {
    return JobSettings.of(with(options)).kafka().producer();
  }

  @Test
  void keysOfFlinkPass() {
    JobSettings.of(
        with(
            Map.of(
                "execution.checkpointing.interval", "10 s",
                "taskmanager.numberOfTaskSlots", "4",
                "state.backend.type", "hashmap",
                "job.autoscaler.enabled", "true",
                "jobmanager.rpc.address", "x",
                "s3.access-key", "x")));
  }
}
