package io.lengthwise.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.CapturedConsole;
import io.lengthwise.cli.trial.NamedSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayCommandTest {

  private static final Path RECORDED = Path.of("../operators/src/test/resources/lengths");
  private static final String RESEARCH = "alpaca-vicuna-lengths-train.jsonl.gz";

  @TempDir private Path folder;
  private final CapturedConsole console = new CapturedConsole();
  private Path lengths;

  @BeforeEach
  void recordLengths() throws IOException {
    lengths =
        Files.writeString(
            folder.resolve("lengths.jsonl"),
            IntStream.range(0, 600)
                .mapToObj(
                    i ->
                        "{\"prompt\": \"%s this\", \"length\": %d}"
                            .formatted(i % 2 == 0 ? "label" : "explain", i % 2 == 0 ? 5 : 100 + i))
                .collect(Collectors.joining("\n")));
  }

  @Test
  void eachScheduleIsAnObject() throws IOException {
    List<JsonNode> objects = replay("--schedule", String.join(",", NamedSchedule.names()));
    assertThat(objects).hasSameSizeAs(NamedSchedule.names());
    for (JsonNode object : objects) {
      assertThat(object.fieldNames())
          .toIterable()
          .contains("schedule", "predictor", "averageLength", "effective", "effectiveAll")
          .contains("cappedRows", "batches", "totalTime", "mean", "p50", "p95", "p99", "shortP99")
          .contains("longestWait");
    }
  }

  @Test
  void shortestFirstAnswersSoonerThanFifoInTheSameTime() throws IOException {
    List<JsonNode> both =
        replay("--schedule", "fifo,shortest-first", "--train", lengths.toString());
    JsonNode fifo = both.get(0);
    JsonNode shortest = both.get(1);
    assertThat(shortest.get("mean").asDouble()).isLessThan(0.85 * fifo.get("mean").asDouble());
    assertThat(shortest.get("totalTime").asDouble())
        .isLessThan(1.05 * fifo.get("totalTime").asDouble());
  }

  @Test
  void indicesChooseLines() throws IOException {
    Path indices = Files.writeString(folder.resolve("indices.txt"), "0\n2\n4\n");
    JsonNode object =
        replay(
                "--schedule",
                "fifo",
                "--width",
                "1",
                "--cost",
                "1,0",
                "--indices",
                indices.toString())
            .get(0);
    assertThat(object.get("totalTime").asDouble()).isEqualTo(15);
  }

  @Test
  void lighterLoadsWaitLess() throws IOException {
    double heavy = mean("poisson:0.95");
    assertThat(mean("poisson:0.2")).isLessThan(heavy);
    assertThat(heavy).isLessThan(mean("all"));
  }

  private double mean(String arrivals) throws IOException {
    return replay("--schedule", "fifo", "--arrivals", arrivals).get(0).get("mean").asDouble();
  }

  @Test
  void aTraceSaysWhenRequestsArrive() throws IOException {
    Path trace =
        Files.writeString(
            folder.resolve("trace.csv"),
            "TIMESTAMP,ContextTokens\n2023-11-16 18:15:46.5,1\n2023-11-16 18:15:47.0000000,1\n");
    JsonNode object =
        replay("--schedule", "fifo", "--limit", "4", "--arrivals", "trace:" + trace).get(0);
    // The requests are half a second apart. The trace is used twice.
    assertThat(object.get("totalTime").asDouble()).isBetween(1500.0, 1700.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--schedule fastest|there is no schedule 'fastest'",
        "--schedule fifo --arrivals poisson:-1|is none of all, poisson:LOAD",
        "--schedule fifo --cost -1,0|must not be negative",
        "--schedule fifo --width 0|--width"
      })
  void whatIsWrongIsNamed(String arguments, String message) {
    List<String> all = new ArrayList<>(List.of("replay", "--lengths", lengths.toString()));
    all.addAll(List.of(arguments.split(" ")));
    assertThat(console.run(all.toArray(String[]::new))).isNotZero();
    assertThat(console.err()).contains(message);
  }

  /** {@code length_fixtures.py} computes the figures from its own implementation of the paper. */
  static List<JsonNode> computedSchedules() throws IOException {
    List<JsonNode> computed = new ArrayList<>();
    for (String line : Files.readAllLines(RECORDED.resolve("schedules.jsonl"))) {
      JsonNode schedule = new ObjectMapper().readTree(line);
      if (!schedule.get("prediction").asText().equals("another")) {
        computed.add(schedule);
      }
    }
    return computed;
  }

  @ParameterizedTest
  @MethodSource("computedSchedules")
  void agreesWithTheIndependentComputation(JsonNode expected) throws IOException {
    boolean vanilla = expected.get("prediction").asText().equals("maximum");
    boolean paper = expected.get("variableBatchSize").asBoolean();
    lengths = RECORDED.resolve("answers.jsonl");
    JsonNode object =
        paperReplay(
            vanilla ? "vanilla" : paper ? "paper" : "paper --no-vbs",
            expected.get("group").asText());
    for (String figure : List.of("averageLength", "effective", "effectiveAll")) {
      assertThat(object.get(figure).asDouble())
          .as(figure)
          .isCloseTo(expected.get(figure).asDouble(), within(1e-4));
    }
    assertThat(object.get("batches")).isEqualTo(expected.get("batches"));
    assertThat(object.get("cappedRows")).isEqualTo(expected.get("cappedRows"));
  }

  /** The same with the figures of research, on the paper's data. */
  @ParameterizedTest
  @CsvSource({
    "vanilla,256,364.06,33.03,64",
    "paper,64,235.12,51.22,48",
    "paper,128,219.46,54.89,40",
    "paper,256,195.71,61.58,33",
    "paper,512,187.20,64.40,32",
    "paper,1024,174.73,69.02,29",
    "paper --no-vbs,256,170.19,70.87,64"
  })
  void agreesWithResearchOnThePapersData(
      String schedule, String group, double averageLength, double effective, int batches)
      throws IOException {
    lengths = Path.of(System.getProperty("lengthwise.data", "../../shared/data")).resolve(RESEARCH);
    assumeTrue(Files.exists(lengths), () -> "There is no " + lengths + ", so this is skipped");
    JsonNode object = paperReplay(schedule, group);
    assertThat(Math.round(100 * object.get("averageLength").asDouble()) / 100.0)
        .isEqualTo(averageLength);
    assertThat(Math.round(10_000 * object.get("effective").asDouble()) / 100.0)
        .isEqualTo(effective);
    assertThat(object.get("effectiveAll")).isEqualTo(object.get("effective"));
    assertThat(object.get("batches").asInt()).isEqualTo(batches);
    assertThat(object.get("cappedRows").asInt()).isZero();
  }

  /** Replays a schedule of the paper. The longest of the samples is the prediction. */
  private JsonNode paperReplay(String schedule, String group) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--limit", "1024", "--predictor", "max-of-samples"));
    arguments.addAll(List.of("--group", group, "--schedule"));
    arguments.addAll(List.of(schedule.split(" ")));
    return replay(arguments.toArray(String[]::new)).get(0);
  }

  private List<JsonNode> replay(String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("replay", "--json", "--lengths", lengths.toString()));
    all.addAll(List.of(arguments));
    CapturedConsole captured = new CapturedConsole();
    assertThat(captured.run(all.toArray(String[]::new))).as(captured.err()).isZero();
    List<JsonNode> objects = new ArrayList<>();
    for (String line : captured.out().strip().split("\n")) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }
}
