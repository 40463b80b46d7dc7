package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs whose predictor probes prompts with the served model, in the engine that also answers. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class ProbedPromptsITCase {

  private static final int REQUESTS = 40;

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(2);

  /** The windows fire only at the end of the stream. No prompt may be probed after that. */
  @ParameterizedTest
  @ValueSource(strings = {"perception", "hidden-state"})
  void everyPromptIsProbedAndEveryRequestAnswered(String predictor) throws Exception {
    TestingTopics topics = BROKER.topics(predictor);
    topics.send(
        IntStream.range(0, REQUESTS).mapToObj(i -> TinyModel.longChat("r" + i, 10)).toList());

    JobID job =
        CLUSTER.start(
            TinyModel.configuration(
                TinyModel.jobOn(topics),
                Map.of(
                    "predictor", predictor,
                    "parallelism.default", "2",
                    "generation.backlog", "8",
                    "batching.buckets", "256:1000",
                    "batching.max-wait", "10 min",
                    "requests.bounded", "true")));
    CLUSTER.finish(job);

    List<Response> responses = topics.committedResponses();
    assertThat(responses)
        .allMatch(response -> response.status() == 200)
        .extracting(Response::id)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, REQUESTS).mapToObj(i -> "r" + i).toList());
    assertThat(CLUSTER.sum(job, "probed")).isEqualTo(REQUESTS);
    assertThat(CLUSTER.sum(job, "notProbed")).isZero();
  }
}
