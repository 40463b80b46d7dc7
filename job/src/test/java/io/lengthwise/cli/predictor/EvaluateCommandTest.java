package io.lengthwise.cli.predictor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.CapturedConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final CapturedConsole console = new CapturedConsole();
  private String train;
  private String test;

  /** Writes stories of about 200 tokens and answers of about 10. */
  @BeforeEach
  void writeFiles() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      lines.append(
          """
          {"instruction": "Tell a story of number %d", "input": "", "lengths": {"0.0": %d}}
          {"prompt": "Is %d a prime?", "length": %d}
          """
              .formatted(i, 190 + i % 20, i, 8 + i % 5));
    }
    train = Files.writeString(folder.resolve("train.jsonl"), lines).toString();
    test =
        Files.writeString(
                folder.resolve("test.jsonl"),
                """
                {"prompt": "Is 901 a prime?", "length": 10}
                {"prompt": "Is 903 a prime?", "length": 9}
                {"instruction": "Tell a story of number 905", "input": "", "lengths": {"0.0": 200}}
                {"prompt": "Tell a story of number 77", "length": 600}
                """)
            .toString();
  }

  @Test
  void rowsHaveExactlyTheseKeys() throws Exception {
    for (JsonNode row : rows("--train", train, "--test", test)) {
      assertThat(row.fieldNames())
          .toIterable()
          .containsExactly(
              "predictor",
              "mae",
              "acc50",
              "acc100",
              "tau",
              "spearman",
              "coverage90",
              "microsPerPrediction");
    }
  }

  @Test
  void constantsAreThoseOfWhatWasLearned() throws Exception {
    List<JsonNode> rows = rows("--train", train, "--test", test);

    assertThat(rows)
        .extracting(row -> row.get("predictor").asText())
        .containsExactly("online", "constant-mean", "constant-median");
    // The mean of the 400 lengths is 104.75. The errors of the first two tests are 95 and 96.
    JsonNode mean = rows.get(1);
    assertThat(mean.get("mae").asDouble()).isEqualTo((95 + 96 + 95 + 407) / 4.0);
    assertThat(mean.get("acc50").asDouble()).isZero();
    assertThat(mean.get("acc100").asDouble()).isEqualTo(0.75);
    assertThat(mean.get("tau").asDouble()).isZero();
    assertThat(mean.get("spearman").asDouble()).isZero();
    assertThat(mean.get("coverage90").asDouble()).isEqualTo(0.5);
    // Half of the lengths are at most 12.
    assertThat(rows.get(2).get("mae").asDouble()).isEqualTo((2 + 3 + 188 + 500) / 4.0);
  }

  @Test
  void theOnlinePredictorTellsStoriesFromQuestions() throws Exception {
    JsonNode online = rows("--train", train, "--test", test).get(0);

    assertThat(online.get("acc50").asDouble()).isEqualTo(0.75);
    assertThat(online.get("tau").asDouble()).isGreaterThan(0.4);
    assertThat(online.get("microsPerPrediction").asDouble()).isPositive();
  }

  @Test
  void lengthsFromTheCapOnCountAsTheCap() throws Exception {
    JsonNode median = rows("--train", train, "--test", test, "--cap", "100").get(2);

    assertThat(median.get("mae").asDouble()).isEqualTo((2 + 3 + 88 + 88) / 4.0);
  }

  @Test
  void predictThenLearnHasARowForEachWindow() throws Exception {
    List<JsonNode> rows = rows("--prequential", "--test", train, "--window", "150");

    assertThat(rows)
        .filteredOn(row -> row.get("predictor").asText().equals("online"))
        .extracting(row -> row.get("window").asText())
        .containsExactly("1-150", "151-300", "301-400", "all");
    double first = rows.get(0).get("mae").asDouble();
    double last = rows.get(2).get("mae").asDouble();
    assertThat(last).isLessThan(first / 2);
    double all = (150 * first + 150 * rows.get(1).get("mae").asDouble() + 100 * last) / 400;
    assertThat(rows.get(3).get("mae").asDouble()).isCloseTo(all, within(1e-9));
  }

  @Test
  void whatIsLearnedBeforeAPrequentialTestCounts() throws Exception {
    List<JsonNode> rows = rows("--prequential", "--train", train, "--test", test);

    // The median stays 12 during the test.
    assertThat(rows.get(5).get("mae").asDouble()).isEqualTo((2 + 3 + 188 + 500) / 4.0);
  }

  @Test
  void theTableIsForPeople() {
    assertThat(
            console.run("predictor", "evaluate", "--train", train, "--test", test, "--limit", "3"))
        .isZero();
    assertThat(console.out().lines()).hasSize(4);
    assertThat(console.out()).contains("Acc-50", "constant-median");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--test F",
        "--test F --prequential --predictor none",
        "--test F --prequential --cap 0",
        "--test F --prequential --window 0",
        "--test F --prequential --limit -1"
      })
  void wrongUsageExitsWithTwo(String options) {
    List<String> arguments = new ArrayList<>(List.of("predictor", "evaluate"));
    arguments.addAll(List.of(options.replace("F", test).strip().split(" ")));
    arguments.remove("");

    assertThat(console.run(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(console.out()).isEmpty();
  }

  @Test
  void aBadLineFailsWithItsPlace() throws Exception {
    Files.writeString(Path.of(test), "{\"prompt\": \"p\"}");

    assertThat(console.run("predictor", "evaluate", "--train", train, "--test", test)).isEqualTo(1);
    assertThat(console.err()).contains("test.jsonl, line 1: \"length\" must be");
  }

  /** Predicts, then learns, the recorded answers of the demo's model. */
  @Test
  void learnsTheAnswersOfTheDemosModel() throws Exception {
    Path recording = Path.of("../operators/src/test/resources/lengths/answers.jsonl");

    List<JsonNode> rows = rows("--prequential", "--test", recording.toString(), "--window", "120");

    double early = rows.get(0).get("mae").asDouble();
    double late = rows.get(1).get("mae").asDouble();
    assertThat(late).isLessThan(0.9 * early).isLessThan(0.8 * rows.get(4).get("mae").asDouble());
    assertThat(rows.get(1).get("tau").asDouble()).isGreaterThan(0.30);
  }

  /** The same on the paper's data, if they are present. */
  @Test
  void learnsThePapersAnswersAsWellAsResearch() throws Exception {
    String named = System.getProperty("lengthwise.data", "../../shared/data");
    Path recording = Path.of(named, "alpaca-vicuna-lengths-train.jsonl.gz");
    assumeTrue(Files.exists(recording), "no recorded lengths; name their folder lengthwise.data");

    List<JsonNode> rows = rows("--prequential", "--test", recording.toString(), "--window", "5000");

    assertThat(rows.get(1).get("mae").asDouble()).isLessThan(57.5);
    assertThat(rows.get(1).get("tau").asDouble()).isGreaterThan(0.50);
    assertThat(rows.get(2).get("mae").asDouble()).isLessThan(59.5);
  }

  private List<JsonNode> rows(String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("predictor", "evaluate", "--json"));
    arguments.addAll(List.of(options));
    assertThat(console.run(arguments.toArray(String[]::new))).isZero();
    List<JsonNode> rows = new ArrayList<>();
    for (String line : console.out().lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }
}
