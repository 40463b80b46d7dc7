package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.prediction.RecordedLengths;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The paper's schedule on recorded lengths. The expected figures come from implementations of the
 * paper that share no code with ours.
 */
class RecordedSequencesTest {

  /** {@code length_fixtures.py} computes these figures. */
  static List<JsonNode> computedSchedules() throws IOException {
    try (InputStream file =
        RecordedSequencesTest.class.getResourceAsStream("/lengths/schedules.jsonl")) {
      return RecordedLengths.lines(file);
    }
  }

  @ParameterizedTest
  @MethodSource("computedSchedules")
  void agreesWithTheIndependentComputation(JsonNode expected) {
    SequenceOptions options =
        SequenceReplay.options(
            expected.get("binning").asBoolean(),
            expected.get("variableBatchSize").asBoolean(),
            expected.get("recompute").asBoolean() ? Recomputation.RESTART : Recomputation.NONE,
            expected.get("group").asInt());
    SequenceReplay replay =
        new SequenceReplay(
            RecordedLengths.ofDemoModel(),
            options,
            prediction(expected.get("prediction").asText()));

    assertThat(replay.batches()).isEqualTo(expected.get("batches").asInt());
    assertThat(replay.cappedRows()).isEqualTo(expected.get("cappedRows").asInt());
    assertIs(replay.averageLength(), expected.get("averageLength"));
    assertIs(replay.effective(), expected.get("effective"));
    assertIs(replay.effectiveOfAll(), expected.get("effectiveAll"));
  }

  private static void assertIs(double figure, JsonNode expected) {
    assertThat(figure).isCloseTo(expected.asDouble(), within(1e-6));
  }

  private static ToDoubleFunction<RecordedLengths> prediction(String name) {
    return switch (name) {
      case "maximum" -> answer -> SequenceReplay.MAXIMUM;
      case "longest" -> RecordedLengths::longest;
      case "another" -> RecordedLengths::another;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The same on the first prompts of the paper's data, with the figures of research. */
  @Nested
  class OfResearch {

    private final List<RecordedLengths> answers = RecordedLengths.ofResearch().subList(0, 1024);

    @Test
    void vanilla() {
      SequenceReplay replay =
          new SequenceReplay(
              answers,
              SequenceReplay.options(false, false, Recomputation.NONE, 256),
              answer -> SequenceReplay.MAXIMUM);
      assertFigures(replay, 364.06, 33.03, 64);
    }

    @ParameterizedTest
    @CsvSource({
      "64,   235.12, 51.22, 48",
      "128,  219.46, 54.89, 40",
      "256,  195.71, 61.58, 33",
      "512,  187.20, 64.40, 32",
      "1024, 174.73, 69.02, 29",
    })
    void longestSampleAsPrediction(int group, double averageLength, double effective, int batches) {
      SequenceReplay replay =
          new SequenceReplay(
              answers,
              SequenceReplay.options(true, true, Recomputation.RESTART, group),
              RecordedLengths::longest);
      assertFigures(replay, averageLength, effective, batches);
      assertThat(replay.cappedRows()).isZero();
      assertThat(replay.effectiveOfAll()).isEqualTo(replay.effective());
    }

    @Test
    void sortOnly() {
      SequenceReplay replay =
          new SequenceReplay(
              answers,
              SequenceReplay.options(true, false, Recomputation.RESTART, 256),
              RecordedLengths::longest);
      assertFigures(replay, 170.19, 70.87, 64);
    }

    /** The paper's ablations, with a prediction that is too small for some. */
    @ParameterizedTest
    @CsvSource({
      "false, false, NONE,    271.86, 44.27, 44.27, 64, 0",
      "false, false, RESTART, 212.86, 56.60, 47.95, 86, 344",
      "true,  false, NONE,    271.86, 44.27, 44.27, 64, 0",
      "true,  false, RESTART, 204.38, 58.96, 52.16, 78, 187",
      "true,  true,  RESTART, 223.40, 53.91, 47.25, 40, 196",
    })
    void anotherSampleAsPrediction(
        boolean binning,
        boolean variableBatchSize,
        Recomputation recomputation,
        double averageLength,
        double effective,
        double effectiveOfAll,
        int batches,
        int cappedRows) {
      SequenceReplay replay =
          new SequenceReplay(
              answers,
              SequenceReplay.options(binning, variableBatchSize, recomputation, 256),
              RecordedLengths::another);
      assertFigures(replay, averageLength, effective, batches);
      assertThat(replay.cappedRows()).isEqualTo(cappedRows);
      assertThat(100 * replay.effectiveOfAll()).isCloseTo(effectiveOfAll, within(0.005));
    }

    private static void assertFigures(
        SequenceReplay replay, double averageLength, double effective, int batches) {
      assertThat(replay.averageLength()).isCloseTo(averageLength, within(0.005));
      assertThat(100 * replay.effective()).isCloseTo(effective, within(0.005));
      assertThat(replay.batches()).isEqualTo(batches);
    }
  }
}
