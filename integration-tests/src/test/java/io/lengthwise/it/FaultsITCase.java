package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every fault while 1,000 requests are answered, with both guarantees.
 *
 * <p>Each run adds a line to {@code target/faults.md}, the source of the table in {@code
 * docs/reliability.md}. {@code -Dlengthwise.faults=BROKER_STOPPED,NONE} runs some faults, {@code
 * -Dlengthwise.guarantees=exactly-once} one guarantee.
 */
@Tag("faults")
@Timeout(1800)
class FaultsITCase {

  private static final Logger LOG = LoggerFactory.getLogger(FaultsITCase.class);
  private static final Path TABLE = Path.of("target", "faults.md");
  private static final int REQUESTS = 1_000;
  private static final int PER_SECOND = 40;

  @RegisterExtension private static final TestingBrokerProcess BROKER = new TestingBrokerProcess();

  @RegisterExtension
  private static final TestingSessionCluster CLUSTER = new TestingSessionCluster(2, Map.of());

  @TempDir private Path folder;

  static Stream<Arguments> faultsAndGuarantees() {
    List<Fault> faults =
        chosen("faults", Arrays.stream(Fault.values()).map(Fault::name)).stream()
            .map(Fault::valueOf)
            .toList();
    return chosen("guarantees", Stream.of("exactly-once", "at-least-once")).stream()
        .flatMap(guarantee -> faults.stream().map(fault -> Arguments.of(fault, guarantee)));
  }

  private static List<String> chosen(String property, Stream<String> all) {
    String chosen = System.getProperty("lengthwise." + property);
    return chosen == null ? all.toList() : List.of(chosen.split(","));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("faultsAndGuarantees")
  void everyRequestIsAnswered(Fault fault, String guarantee) throws Exception {
    String name = fault.name().toLowerCase(Locale.ROOT) + "-" + guarantee;
    TestingTopics topics = BROKER.topics(name);
    Map<String, String> options = new HashMap<>(TinyModel.jobUnderLoad(topics, guarantee));
    options.put("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    options.putAll(fault.options(folder));
    Instant start = Instant.now();
    try (TestingClient client = TestingClient.start(topics, REQUESTS, PER_SECOND);
        TokenMeter meter = TokenMeter.start(CLUSTER)) {
      FaultScene scene =
          new FaultScene(CLUSTER, fault.job(folder), BROKER, client, options, folder);
      try {
        client.awaitAnswered(REQUESTS / 4);
        fault.strike(scene);
        assertThat(topics.committedResponses()).as("answered too soon").hasSizeLessThan(REQUESTS);
        List<Response> responses = client.awaitAllAnswered();
        Duration took = Duration.between(start, Instant.now());
        int restores = scene.restores();

        client.check(responses);
        if (guarantee.equals("exactly-once")) {
          assertThat(responses).hasSize(client.requests());
        }
        record(fault, guarantee, client.requests(), responses, restores, meter.generated(), took);
      } finally {
        CLUSTER.cancel(scene.job());
      }
    } finally {
      fault.close(folder);
    }
  }

  private static void record(
      Fault fault,
      String guarantee,
      int requests,
      List<Response> responses,
      int restores,
      long generated,
      Duration took)
      throws Exception {
    Map<String, Integer> answers =
        responses.stream()
            .collect(Collectors.toMap(Response::id, Response::completionTokens, Math::max));
    long kept = answers.values().stream().mapToLong(Integer::longValue).sum();
    String line =
        String.format(
            Locale.ROOT,
            "| %s | %s | %,d of %,d | %,d | %d | %d | %,d | %,d | %.1f %% | %d s |%n",
            fault.description(),
            guarantee,
            answers.size(),
            requests,
            responses.size() - answers.size(),
            responses.stream().filter(response -> response.continuedTokens() > 0).count(),
            restores,
            generated,
            generated - kept,
            100.0 * (generated - kept) / generated,
            took.toSeconds());
    LOG.info(line.strip());
    Files.writeString(TABLE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
