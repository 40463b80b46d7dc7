package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Savepoints that earlier versions made, in {@code savepoints/VERSION}, restored by this one, each
 * beside the ids of the requests that had been answered.
 */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class UpgradeITCase {

  private static final Path SAVEPOINTS = Path.of("src", "test", "resources", "savepoints");
  private static final String ANSWERED = "answered.txt";

  /** Read before the savepoint, most of them not yet answered. */
  private static final int BEFORE = 40;

  private static final int AFTER = 10;
  private static final int PARTITIONS = 2;

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @TempDir private Path folder;

  /** Not beside the test that writes a savepoint: both use the topics that a savepoint knows. */
  @ParameterizedTest
  @ValueSource(strings = "0.1.0")
  @DisabledIfSystemProperty(named = "lengthwise.write-savepoint", matches = ".+")
  void aSavepointOfAnEarlierVersionGoesOn(String version) throws Exception {
    Path savepoint = SAVEPOINTS.resolve(version);
    List<String> answered = Files.readAllLines(savepoint.resolve(ANSWERED));
    // The savepoint knows the topics by their names, and what it has read by its offsets.
    TestingTopics topics = BROKER.topics("upgrade");
    send(topics, BEFORE + AFTER);

    JobID job =
        CLUSTER.restore(
            TinyModel.configuration(TinyModel.jobOn(topics), Map.of()),
            savepoint.toUri().toString());
    CLUSTER.awaitRunning(job);
    CLUSTER.stop(job, folder, true);

    List<Response> responses = topics.committedResponses();
    Set<String> all = new HashSet<>(answered);
    responses.forEach(response -> all.add(response.id()));
    assertThat(all)
        .isEqualTo(
            IntStream.range(0, BEFORE + AFTER).mapToObj(i -> "r" + i).collect(Collectors.toSet()));
    // It goes on, and does not begin anew.
    assertThat(responses)
        .allMatch(response -> response.status() == 200)
        .anyMatch(response -> response.continuedTokens() > 0)
        .hasSizeLessThan(BEFORE + AFTER)
        .extracting(Response::id)
        .doesNotHaveDuplicates();
  }

  /** Makes the savepoint of the version that is built, before its release. */
  @Test
  @EnabledIfSystemProperty(named = "lengthwise.write-savepoint", matches = ".+")
  void writeTheSavepointOfThisVersion() throws Exception {
    TestingTopics topics = BROKER.topics("upgrade");
    send(topics, BEFORE);
    JobID job =
        CLUSTER.start(
            TinyModel.configuration(
                TinyModel.jobOn(topics), Map.of("engine.width", "2", "engine.segment-steps", "2")));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> CLUSTER.sum(job, "records") == BEFORE && CLUSTER.sum(job, "lengthsLearned") > 2);
    Path savepoint = Path.of(URI.create(CLUSTER.stop(job, folder, false)));

    Path target = SAVEPOINTS.resolve(System.getProperty("lengthwise.write-savepoint"));
    FileUtils.deleteDirectory(target.toFile());
    FileUtils.copyDirectory(savepoint.toFile(), target.toFile());
    Files.write(
        target.resolve(ANSWERED), topics.committedResponses().stream().map(Response::id).toList());
  }

  private static void send(TestingTopics topics, int count) throws Exception {
    topics.sendRecords(
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new ProducerRecord<byte[], byte[]>(
                        topics.requests(),
                        i % PARTITIONS,
                        null,
                        TinyModel.longChat("r" + i, 100 + i).getBytes(StandardCharsets.UTF_8)))
            .toList());
  }
}
