package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests with and without keys. Their answers end in nearly the reverse order: the longest come
 * first, and the engine takes the shortest first.
 */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class OrderedOutputITCase {

  private static final int ROUNDS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Two keys, in the partitions that Kafka chooses, and the two partitions. */
  private static final List<String> GROUPS = List.of("alice", "bob", "p0", "p1");

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(2);

  @TempDir private Path folder;

  @Test
  void withoutAnOrderShortAnswersOvertake() throws Exception {
    TestingTopics topics = topics("unordered");

    CLUSTER.finish(
        CLUSTER.start(
            TinyModel.configuration(
                options(topics),
                Map.of("output.order", "completion", "requests.bounded", "true"))));

    Map<String, List<String>> responses = idsByGroup(topics);
    assertThat(responses.values().stream().mapToInt(List::size).sum())
        .isEqualTo(GROUPS.size() * ROUNDS);
    for (String group : GROUPS) {
      assertThat(responses.get(group)).isNotEqualTo(expected(group));
    }
  }

  @Test
  void responsesOfAKeyComeInTheOrderOfItsRequestsThroughAFailure() throws Exception {
    TestingTopics topics = topics("ordered");

    JobID job = CLUSTER.start(TinyModel.configuration(options(topics), Map.of()));
    // A visible response means that a checkpoint with waiting responses is complete.
    await().atMost(PATIENCE).until(() -> !topics.committedResponses().isEmpty());
    assertThat(CLUSTER.sum(job, "heldResponses")).isPositive();
    CLUSTER.killTaskManager();
    assertThat(topics.committedResponses().size()).isLessThan(GROUPS.size() * ROUNDS);
    await()
        .atMost(PATIENCE)
        .until(() -> topics.committedResponses().size() >= GROUPS.size() * ROUNDS);
    CLUSTER.cancel(job);

    assertEverythingInOrder(topics);
    assertThat(topics.committed(topics.deadLetters())).hasSize(ROUNDS);
  }

  @Test
  void whatIsHeldIsRestoredAtAnotherParallelismButNotWithoutTheOrder() throws Exception {
    TestingTopics topics = topics("rescaled");

    JobID first =
        CLUSTER.start(TinyModel.configuration(options(topics), Map.of("job.parallelism", "1")));
    await().atMost(PATIENCE).until(() -> !topics.committedResponses().isEmpty());
    String savepoint = CLUSTER.stop(first, folder, false);
    assertThat(topics.committedResponses().size()).isLessThan(GROUPS.size() * ROUNDS);

    assertThatThrownBy(
            () ->
                CLUSTER.finish(
                    CLUSTER.restore(
                        TinyModel.configuration(
                            options(topics), Map.of("output.order", "completion")),
                        savepoint)))
        .hasStackTraceContaining("Cannot map checkpoint/savepoint state");

    JobID second =
        CLUSTER.restore(
            TinyModel.configuration(options(topics), Map.of("job.parallelism", "2")), savepoint);
    CLUSTER.awaitRunning(second);
    CLUSTER.stop(second, folder, true);

    assertEverythingInOrder(topics);
  }

  private static void assertEverythingInOrder(TestingTopics topics) {
    assertThat(idsByGroup(topics))
        .isEqualTo(
            GROUPS.stream()
                .collect(Collectors.toMap(group -> group, OrderedOutputITCase::expected)));
  }

  private static Map<String, String> options(TestingTopics topics) {
    Map<String, String> options = TinyModel.jobOn(topics);
    options.put("output.order", "input");
    options.put("delivery.guarantee", "exactly-once");
    options.put("job.parallelism", "2");
    options.put("engine.order", "shortest-first");
    options.put("engine.width", "2");
    options.put("engine.segment-steps", "2");
    return options;
  }

  /** Each round has one record of each group, and one dead letter. */
  private static TestingTopics topics(String prefix) throws Exception {
    TestingTopics topics = BROKER.topics(prefix);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (String group : GROUPS) {
        Integer partition = group.startsWith("p") ? Integer.valueOf(group.substring(1)) : null;
        byte[] key = partition == null ? utf8(group) : null;
        records.add(
            new ProducerRecord<>(
                topics.requests(), partition, key, utf8(request(id(group, round), round))));
      }
      records.add(new ProducerRecord<>(topics.requests(), utf8("alice"), utf8("garbage")));
    }
    topics.sendRecords(records);
    return topics;
  }

  /**
   * A short answer, followed by answers that each are shorter than the one before. Each fourth
   * request ends at once with an error.
   */
  private static String request(String id, int round) {
    return switch (round % 8) {
      case 3 -> TinyModel.chat(id, 10, ", \"n\": 2");
      case 7 -> TinyModel.chat(id, 100_000, "");
      default -> TinyModel.longChat(id, round == 0 ? 1 : 200 - 12 * round);
    };
  }

  private static String id(String group, int round) {
    return group + "-" + round;
  }

  private static List<String> expected(String group) {
    List<String> ids = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ids.add(id(group, round));
    }
    return ids;
  }

  private static Map<String, List<String>> idsByGroup(TestingTopics topics) {
    return topics.committedResponses().stream()
        .map(Response::id)
        .collect(Collectors.groupingBy(id -> id.replaceAll("-.*", "")));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
