package io.lengthwise.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.job.record.TestingRecords;
import io.lengthwise.prediction.PredictorName;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineTest {

  private static final Map<String, String> OPTIONS =
      Map.of(
          "model.path", "/models/tiny",
          "kafka.bootstrap-servers", "localhost:9092",
          "requests.topics", "in",
          "job.parallelism", "2",
          "generation.parallelism", "3");

  private static final Map<String, String> ORDERED = Map.of("output.order", "input");

  /** Savepoints identify operators by these uids. A changed uid loses its state. */
  @Test
  void uidsArePinned() {
    assertThat(
            graph().getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull))
        .contains(
            "assign-bucket",
            "dead-letters",
            "encode",
            "generate",
            "lengths",
            "lengths-sink",
            "micro-batch",
            "parse",
            "predict-length",
            "requests",
            "responses");
  }

  /** Another output order restores in-flight requests differently, so it has another uid. */
  @Test
  void uidsOfTheOrderOfTheInputArePinned() {
    assertThat(
            graph(ORDERED).getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull))
        .contains("generate-in-order", "order-output")
        .doesNotContain("generate");
  }

  @Test
  void responsesInOrderReachTheirSinkWithoutAnotherShuffle() {
    StreamGraph graph = graph(ORDERED);
    StreamNode order =
        graph.getStreamNodes().stream()
            .filter(node -> "order-output".equals(node.getTransformationUID()))
            .findFirst()
            .orElseThrow();

    assertThat(order.getParallelism()).isEqualTo(2);
    assertThat(order.getOutEdges())
        .isNotEmpty()
        .allMatch(edge -> edge.getPartitioner() instanceof ForwardPartitioner);
  }

  @Test
  void groupsHaveWindowsOfTheirOwn() {
    assertThat(
            graph(Map.of("batching.mode", "group")).getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull))
        .contains("assign-group", "group", "generate")
        .doesNotContain("assign-bucket", "micro-batch", "single-batch");
  }

  @ParameterizedTest
  @EnumSource
  void everyOperatorHasAUidAndTheMaxParallelism(OutputOrder order) {
    for (StreamNode node : graph(Map.of("output.order", order.toString())).getStreamNodes()) {
      assertThat(node.getTransformationUID() != null || node.getUserHash() != null)
          .as(node.getOperatorName())
          .isTrue();
      assertThat(node.getMaxParallelism()).as(node.getOperatorName()).isEqualTo(128);
    }
  }

  /** A file is read by one subtask. Two parsers would lose the order of its lines. */
  @Test
  void recordsAreParsedWhereTheyWereRead() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    JobSettings settings = JobSettings.of(Configuration.fromMap(OPTIONS));
    Pipeline.configure(environment, settings);
    Pipeline.build(environment.fromData(TestingRecords.record("line")).setParallelism(1), settings);

    assertThat(environment.getStreamGraph().getStreamNodes())
        .filteredOn(node -> "parse".equals(node.getTransformationUID()))
        .allSatisfy(node -> assertThat(node.getParallelism()).isEqualTo(1))
        .hasSize(1);
  }

  @Test
  void withoutLearningThereAreNoLengths() {
    assertThat(
            graph(Map.of("lengths.learn", "false")).getStreamNodes().stream()
                .map(StreamNode::getTransformationUID))
        .contains("predict-length")
        .doesNotContain("lengths", "lengths-sink");
  }

  @Test
  void generationHasItsOwnParallelism() {
    Map<String, Integer> parallelism =
        graph().getStreamNodes().stream()
            .filter(node -> node.getTransformationUID() != null)
            .collect(
                Collectors.toMap(
                    StreamNode::getTransformationUID, StreamNode::getParallelism, (a, b) -> a));

    assertThat(parallelism)
        .containsEntry("parse", 2)
        .containsEntry("lengths", 1)
        .containsEntry("predict-length", 2)
        .containsEntry("micro-batch", 3)
        .containsEntry("generate", 3);
  }

  @ParameterizedTest
  @EnumSource(PredictorName.class)
  void promptsAreProbedWhereThePredictorAsksTheModel(PredictorName predictor) {
    assertThat(graph(Map.of("predictor", predictor.toString())).getStreamNodes())
        .filteredOn(node -> "probe-prompt".equals(node.getTransformationUID()))
        .hasSize(predictor.asksModel() ? 1 : 0)
        .allMatch(node -> node.getParallelism() == 3);
  }

  private static StreamGraph graph() {
    return graph(Map.of());
  }

  private static StreamGraph graph(Map<String, String> more) {
    Map<String, String> options = new HashMap<>(OPTIONS);
    options.putAll(more);
    Configuration configuration = Configuration.fromMap(options);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    LengthwiseJob.define(environment, JobSettings.of(configuration));
    return environment.getStreamGraph();
  }
}
