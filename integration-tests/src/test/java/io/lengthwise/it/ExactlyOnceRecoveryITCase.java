package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failures during generation, with responses in transactions. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class ExactlyOnceRecoveryITCase {

  private static final int REQUESTS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(2);

  /** The texts by id of a run without failures and with many rows. */
  private static Map<String, String> undisturbed;

  @BeforeAll
  static void answerUndisturbed() throws Exception {
    TestingTopics topics = topics("undisturbed");
    CLUSTER.finish(
        CLUSTER.start(
            TinyModel.configuration(TinyModel.jobOn(topics), Map.of("requests.bounded", "true"))));
    List<Response> responses = topics.committedResponses();
    assertThat(responses).hasSize(REQUESTS).allMatch(response -> response.status() == 200);
    undisturbed = texts(responses);
  }

  @Test
  void rowsContinueFromTheirTokensAndEveryRequestIsAnsweredOnce() throws Exception {
    TestingTopics topics = topics("endless");

    JobID job = CLUSTER.start(TinyModel.configuration(exactlyOnce(topics), slow(Map.of())));
    killTwiceInMidGeneration(topics);
    await().atMost(PATIENCE).until(() -> topics.committedResponses().size() >= REQUESTS);
    CLUSTER.cancel(job);

    assertAnswers(topics);
    assertThat(topics.committedResponses()).anyMatch(response -> response.continuedTokens() > 0);
    assertThat(CLUSTER.sum(job, "continued")).isPositive();
  }

  /**
   * At the end of the input, Flink takes no checkpoint until the last row is done. The job
   * therefore restarts from the checkpoint before.
   */
  @Test
  void aBoundedJobThatFailsAtTheEndOfItsInputAnswersEveryRequestOnce() throws Exception {
    TestingTopics topics = topics("bounded");

    JobID job =
        CLUSTER.start(
            TinyModel.configuration(exactlyOnce(topics), slow(Map.of("requests.bounded", "true"))));
    await().atMost(PATIENCE).until(() -> CLUSTER.sum(job, "completed") > REQUESTS / 10);
    CLUSTER.killTaskManager();
    assertThat(topics.committedResponses()).hasSizeLessThan(REQUESTS);
    CLUSTER.finish(job);

    assertAnswers(topics);
  }

  private static TestingTopics topics(String prefix) throws Exception {
    TestingTopics topics = BROKER.topics(prefix);
    topics.send(requests());
    return topics;
  }

  /** Greedy and sampled requests, short and long; the longest have no end token. */
  private static List<String> requests() {
    return IntStream.range(0, REQUESTS)
        .mapToObj(
            i ->
                switch (i % 3) {
                  case 0 -> TinyModel.longChat("greedy-" + i, 1 + i * 7 % 200);
                  case 1 -> TinyModel.chat("sampled-" + i, 200, sampling(i));
                  default -> TinyModel.chat("short-" + i, 1 + i % 20, sampling(i));
                })
        .toList();
  }

  private static String sampling(int seed) {
    return ", \"temperature\": 0.8, \"top_p\": 0.95, \"seed\": " + seed;
  }

  private static Map<String, String> exactlyOnce(TestingTopics topics) {
    Map<String, String> options = TinyModel.jobOn(topics);
    options.put("delivery.guarantee", "exactly-once");
    options.put("job.parallelism", "2");
    return options;
  }

  /** Few rows at once, so that most requests are unanswered when a failure occurs. */
  private static Map<String, String> slow(Map<String, String> more) {
    Map<String, String> options = new HashMap<>(more);
    options.put("engine.width", "2");
    options.put("engine.segment-steps", "2");
    return options;
  }

  /** A visible response means that a checkpoint with running rows is complete. */
  private static void killTwiceInMidGeneration(TestingTopics topics) throws Exception {
    for (int kill = 0; kill < 2; kill++) {
      int before = topics.committedResponses().size();
      await().atMost(PATIENCE).until(() -> topics.committedResponses().size() > before);
      CLUSTER.killTaskManager();
      assertThat(topics.committedResponses()).hasSizeLessThan(REQUESTS);
    }
  }

  private static void assertAnswers(TestingTopics topics) {
    List<Response> responses = topics.committedResponses();
    assertThat(responses).extracting(Response::id).doesNotHaveDuplicates();
    assertThat(texts(responses)).isEqualTo(undisturbed);
    assertThat(topics.committed(topics.deadLetters())).isEmpty();
  }

  private static Map<String, String> texts(List<Response> responses) {
    return responses.stream().collect(Collectors.toMap(Response::id, Response::text));
  }
}
