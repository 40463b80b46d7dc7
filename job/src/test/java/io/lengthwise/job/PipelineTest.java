package io.lengthwise.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private static final Map<String, String> OPTIONS =
      Map.of(
          "model.path", "/models/tiny",
          "kafka.bootstrap-servers", "localhost:9092",
          "requests.topics", "in",
          "job.parallelism", "2",
          "generation.parallelism", "3");

  /** Savepoints know operators by these: a change of one loses its state. */
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
            "micro-batch",
            "parse",
            "predict-length",
            "requests",
            "responses");
  }

  @Test
  void everyOperatorHasAUidAndTheMaxParallelism() {
    for (StreamNode node : graph().getStreamNodes()) {
      assertThat(node.getTransformationUID() != null || node.getUserHash() != null)
          .as(node.getOperatorName())
          .isTrue();
      assertThat(node.getMaxParallelism()).as(node.getOperatorName()).isEqualTo(128);
    }
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
        .containsEntry("micro-batch", 3)
        .containsEntry("generate", 3);
  }

  private static StreamGraph graph() {
    Configuration configuration = Configuration.fromMap(OPTIONS);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    LengthwiseJob.define(environment, JobSettings.of(configuration));
    return environment.getStreamGraph();
  }
}
