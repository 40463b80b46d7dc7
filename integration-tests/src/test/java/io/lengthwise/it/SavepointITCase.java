package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Savepoints with requests in all stages, restored with a larger and a smaller parallelism. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class SavepointITCase {

  private static final int WINDOW = 32;

  /** Three full windows, and some requests that wait in a fourth for longer than the test takes. */
  private static final int REQUESTS = 3 * WINDOW + 4;

  private static final int MORE_REQUESTS = 20;

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(2);

  @TempDir private Path folder;

  @Test
  void requestsAndWhatWasLearnedAreRestoredOnMoreSubtasksAndOnFewer() throws Exception {
    TestingTopics topics = BROKER.topics("savepoint");
    Map<String, String> options = options(topics);
    topics.send(requests(0, REQUESTS));

    JobID first = CLUSTER.start(TinyModel.configuration(options, Map.of()));
    CLUSTER.awaitRunning(first);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                CLUSTER.sum(first, "records") == REQUESTS
                    && CLUSTER.sum(first, "lengthsLearned") > 0);
    String savepoint = CLUSTER.stop(first, folder, false);
    List<Response> early = topics.committedResponses();
    topics.send(requests(REQUESTS, REQUESTS + MORE_REQUESTS));

    JobID second =
        CLUSTER.restore(
            TinyModel.configuration(options, Map.of("job.parallelism", "2")), savepoint);
    CLUSTER.awaitRunning(second);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                CLUSTER.sum(second, "records") == MORE_REQUESTS
                    && CLUSTER.sum(second, "lengthsLearned") > 0
                    // The lengths may come from answers of the first job.
                    && CLUSTER.sum(second, "completed") > 0);
    String widened = CLUSTER.stop(second, folder, false);
    int answeredByTwo = topics.committedResponses().size();

    JobID third = CLUSTER.restore(TinyModel.configuration(options, Map.of()), widened);
    CLUSTER.awaitRunning(third);
    CLUSTER.stop(third, folder, true);

    assertThat(early).isNotEmpty().hasSizeLessThan(3 * WINDOW);
    assertThat(answeredByTwo).isGreaterThan(early.size()).isLessThan(REQUESTS + MORE_REQUESTS);
    assertThat(topics.committedResponses())
        .allMatch(response -> response.status() == 200)
        .extracting(Response::id)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, REQUESTS + MORE_REQUESTS).mapToObj(i -> "r" + i).toList());
    assertThat(topics.committedResponses()).anyMatch(response -> response.continuedTokens() > 0);
    assertThat(CLUSTER.sum(second, "continued")).isPositive();
    assertThat(CLUSTER.sum(third, "continued")).isPositive();
    assertPredictorsGoOn(first, second, third);
  }

  /**
   * Each of the two subtasks learned from all lengths. The restored one has the state of either.
   */
  private static void assertPredictorsGoOn(JobID first, JobID second, JobID third) {
    long ofOne = CLUSTER.sum(first, "completions");
    long ofTwo = CLUSTER.sum(second, "completions");
    assertThat(ofOne).isPositive().isEqualTo(CLUSTER.sum(first, "lengthsLearned"));
    assertThat(ofTwo).isEqualTo(2 * ofOne + CLUSTER.sum(second, "lengthsLearned"));
    assertThat(CLUSTER.sum(third, "completions"))
        .isEqualTo(ofTwo / 2 + CLUSTER.sum(third, "lengthsLearned"));
  }

  /**
   * Their lengths differ. Otherwise all rows could end at once, and a savepoint would contain no
   * running rows.
   */
  private static List<String> requests(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> TinyModel.longChat("r" + i, 200 - 13 * (i % 5)))
        .toList();
  }

  private static Map<String, String> options(TestingTopics topics) {
    Map<String, String> options = TinyModel.jobOn(topics);
    options.put("delivery.guarantee", "exactly-once");
    options.put("batching.buckets", "%d:%d".formatted(TinyModel.CONTEXT, WINDOW));
    options.put("batching.max-wait", "10 min");
    options.put("generation.backlog", "24");
    options.put("engine.width", "4");
    options.put("engine.segment-steps", "4");
    return options;
  }
}
