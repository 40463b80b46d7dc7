package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.EncodedRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Both variants of the operator in a running job that forbids generic types. */
@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class LengthPredictionPipelineTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final PredictionOptions OPTIONS = new PredictionOptions(PredictorName.ONLINE, 200);

  private final StreamExecutionEnvironment environment = environment();

  @Test
  void predictsEveryRequest() throws Exception {
    assertThat(collect(LengthPredictions.of(requests(), OPTIONS))).hasSize(100);
  }

  @Test
  void predictsEveryRequestWhileItLearns() throws Exception {
    DataStream<CompletedLength> lengths =
        environment
            .fromSequence(1, 100)
            .map(
                i ->
                    new CompletedLength(
                        TestingRequests.MODEL, new PromptFeatures(new int[] {7}), 3, 30, false))
            .returns(CompletedLength.class);
    assertThat(collect(LengthPredictions.of(requests(), lengths, OPTIONS))).hasSize(100);
  }

  private DataStream<EncodedRequest> requests() {
    return environment
        .fromSequence(1, 100)
        .map(i -> TestingRequests.asking("What is " + i + " and " + i + "?"))
        .returns(EncodedRequest.class);
  }

  private static List<PredictedRequest> collect(DataStream<PredictedRequest> predicted)
      throws Exception {
    List<PredictedRequest> collected = new ArrayList<>();
    try (CloseableIterator<PredictedRequest> results = predicted.executeAndCollect()) {
      results.forEachRemaining(collected::add);
    }
    return collected;
  }

  private static StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(2);
    return environment;
  }
}
