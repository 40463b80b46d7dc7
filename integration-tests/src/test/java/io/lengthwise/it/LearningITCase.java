package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job that learns from its own answers, and a job that learns from another job's answers. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class LearningITCase {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The requests of each kind. They suffice for the predictor to use the words of a prompt. */
  private static final int TAUGHT = 80;

  private static final int ASKED = 10;
  private static final int ALL = 2 * (TAUGHT + ASKED);

  /** Tokens of a long answer. */
  private static final int LONG = 40;

  /** Words of the prompts, which must not get into the lengths. */
  private static final List<String> WORDS = List.of("classify", "narrate", "zanzibar");

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @Test
  void predictionsComeNearTheLengthsSeenAndAnotherJobLearnsFromThem() throws Exception {
    TestingTopics topics = BROKER.topics("learning");
    JobID job = CLUSTER.start(TinyModel.configuration(TinyModel.jobOn(topics), Map.of()));
    topics.send(requests(0, TAUGHT));
    await().atMost(PATIENCE).until(() -> CLUSTER.sum(job, "completions") == 2 * TAUGHT);
    topics.sendRecords(poison(topics.lengths()));
    topics.send(requests(TAUGHT, ASKED));
    await().atMost(PATIENCE).until(() -> CLUSTER.sum(job, "completions") == ALL);
    CLUSTER.cancel(job);

    assertThat(topics.committedResponses()).hasSize(ALL);
    assertPredictedWell(topics.committedResponses().subList(2 * TAUGHT, ALL));
    assertThat(topics.committedResponses().get(0).predictedTokens()).isGreaterThan(100);
    assertThat(CLUSTER.sum(job, "lengthsIgnored")).isEqualTo(1);
    assertThatLengthsHoldNoText(topics);

    TestingTopics others = BROKER.topics("warm");
    JobID warm =
        CLUSTER.start(
            TinyModel.configuration(
                TinyModel.jobOn(others), Map.of("lengths.history-topics", topics.lengths())));
    await().atMost(PATIENCE).until(() -> CLUSTER.sum(warm, "completions") == ALL);
    others.send(requests(0, ASKED));
    await().atMost(PATIENCE).until(() -> others.committedResponses().size() == 2 * ASKED);
    CLUSTER.cancel(warm);

    assertPredictedWell(others.committedResponses());
    assertThat(others.committed(others.lengths())).hasSize(2 * ASKED);
  }

  private static void assertPredictedWell(List<Response> responses) {
    assertThat(responses)
        .filteredOn(response -> response.id().startsWith("short"))
        .hasSize(ASKED)
        .allSatisfy(response -> assertThat(response.predictedTokens()).isLessThan(8));
    assertThat(responses)
        .filteredOn(response -> response.id().startsWith("long"))
        .hasSize(ASKED)
        .allSatisfy(response -> assertThat(response.predictedTokens()).isBetween(25.0, 60.0));
  }

  private static void assertThatLengthsHoldNoText(TestingTopics topics) {
    List<ConsumerRecord<byte[], byte[]>> records = topics.committed(topics.lengths());
    assertThat(records).hasSize(ALL + poison(topics.lengths()).size());
    assertThat(records)
        .allSatisfy(
            record -> {
              assertThat(record.key()).isNull();
              assertThat(record.headers()).isEmpty();
              if (record.value() != null) {
                assertThat(new String(record.value(), StandardCharsets.UTF_8).toLowerCase())
                    .doesNotContain(WORDS);
              }
            });
  }

  /**
   * Returns the given number of requests, alternately of both kinds. Both kinds end without
   * reaching their limit.
   */
  private static List<String> requests(int from, int count) {
    return IntStream.range(from, from + count)
        .boxed()
        .flatMap(i -> Stream.of(shortAnswer(i), longAnswer(i)))
        .toList();
  }

  private static String shortAnswer(int i) {
    return request("short-" + i, "Classify the mood of Zanzibar " + i, "\"2\": 100}");
  }

  /** A prompt whose answer repeats the letter up to the stop string. */
  private static String longAnswer(int i) {
    return request(
        "long-" + i,
        "Narrate what happened in Zanzibar " + i,
        "\"67\": 100}, \"stop\": \"%s\"".formatted("a".repeat(LONG)));
  }

  private static String request(String id, String prompt, String bias) {
    return """
        {"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body": {"model": \
        "tiny", "messages": [{"role": "user", "content": "%s"}], "max_tokens": 200, \
        "temperature": 0, "logit_bias": {%s}}"""
        .formatted(id, prompt, bias);
  }

  /** Records that teach nothing. Only the last is a valid length. */
  private static List<ProducerRecord<byte[], byte[]>> poison(String topic) {
    return Stream.of(
            null,
            "",
            "\u0000\u0001 no JSON",
            "[[[[",
            "{\"model\":\"tiny\"}",
            length("another-model", 71, 5),
            length("tiny", 71, 5) + "{}",
            length("tiny", -1, 5))
        .map(value -> value == null ? null : value.getBytes(StandardCharsets.UTF_8))
        .map(value -> new ProducerRecord<byte[], byte[]>(topic, value))
        .toList();
  }

  private static String length(String model, int feature, int tokens) {
    return """
        {"model":"%s","features":[%d],"prompt_tokens":9,"answer_tokens":%d,"cut":false}"""
        .formatted(model, feature, tokens);
  }
}
