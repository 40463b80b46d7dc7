package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.batching.SequenceScheduler.Batch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The paper's schedule on recorded lengths of its prompts: the length of an answer is that of the
 * sample at temperature 0; the longest of four samples, or another one, predicts it.
 *
 * <p>The expected numbers come from a program of its own. The recording is looked for in the folder
 * that the system property {@code lengthwise.data} names, or in {@code shared/data} beside the
 * repository's root; without it these tests are skipped.
 */
class RecordedSequencesTest {

  private static final String FILE = "alpaca-vicuna-lengths-train.jsonl.gz";
  private static final int MAXIMUM = 512;
  private static final int REQUESTS = 1024;

  private static List<Answer> answers;

  private record Answer(int length, int longestSample, int anotherSample) {}

  @BeforeAll
  static void readRecording() throws IOException {
    Path file = dataFolder().resolve(FILE);
    answers = Files.exists(file) ? read(file) : null;
  }

  @BeforeEach
  void skipWithoutRecording() {
    assumeTrue(
        answers != null,
        () ->
            "no recorded lengths in %s; name the folder of %s with -Dlengthwise.data"
                .formatted(dataFolder().toAbsolutePath().normalize(), FILE));
  }

  @Test
  void vanilla() {
    Run run = new Run(options(false, false, Recomputation.NONE, 256), answer -> MAXIMUM);
    run.isCloseTo(364.06, 33.03, 64);
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
    Run run = new Run(options(true, true, Recomputation.RESTART, group), Answer::longestSample);
    run.isCloseTo(averageLength, effective, batches);
    assertThat(run.failures).isZero();
    assertThat(run.effectiveOfAll()).isCloseTo(effective, within(0.005));
  }

  @Test
  void sortOnly() {
    Run run = new Run(options(true, false, Recomputation.RESTART, 256), Answer::longestSample);
    run.isCloseTo(170.19, 70.87, 64);
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
      int failures) {
    SequenceOptions options = options(binning, variableBatchSize, recomputation, 256);
    Run run = new Run(options, Answer::anotherSample);
    run.isCloseTo(averageLength, effective, batches);
    assertThat(run.failures).isEqualTo(failures);
    assertThat(run.effectiveOfAll()).isCloseTo(effectiveOfAll, within(0.005));
  }

  private static SequenceOptions options(
      boolean binning, boolean variableBatchSize, Recomputation recomputation, int groupSize) {
    return new SequenceOptions(
        binning, variableBatchSize, recomputation, 0, groupSize, 16, LengthBuckets.DEFAULT);
  }

  /** All groups one after the other, on a device that takes one step at a time. */
  private static final class Run {
    private final SequenceScheduler<Answer> scheduler;
    private int batches;
    private int failures;
    private long finishingSlots;
    private long slots;

    Run(SequenceOptions options, ToDoubleFunction<Answer> prediction) {
      scheduler = new SequenceScheduler<>(options, prediction, answer -> MAXIMUM);
      for (List<Answer> group : scheduler.groups(answers)) {
        List<Answer> failed = new ArrayList<>();
        scheduler.batches(group).forEach(batch -> failed.addAll(decode(batch)));
        failures += failed.size();
        scheduler.recomputations(failed).forEach(batch -> assertThat(decode(batch)).isEmpty());
      }
    }

    private List<Answer> decode(Batch<Answer> batch) {
      int longest = batch.members().stream().mapToInt(Answer::length).max().orElseThrow();
      int steps = Math.min(batch.cap(), longest);
      List<Answer> failed =
          batch.members().stream().filter(answer -> answer.length() > batch.cap()).toList();
      batches++;
      slots += (long) steps * batch.members().size();
      finishingSlots += (long) steps * (batch.members().size() - failed.size());
      return failed;
    }

    void isCloseTo(double averageLength, double effective, int batches) {
      assertThat((double) finishingSlots / REQUESTS + 1).isCloseTo(averageLength, within(0.005));
      assertThat(100.0 * tokens() / finishingSlots).isCloseTo(effective, within(0.005));
      assertThat(this.batches).isEqualTo(batches);
    }

    double effectiveOfAll() {
      return 100.0 * tokens() / slots;
    }

    private static long tokens() {
      return answers.stream().mapToLong(Answer::length).sum();
    }
  }

  private static Path dataFolder() {
    String named = System.getProperty("lengthwise.data");
    // The tests run in their module's folder.
    return named != null ? Path.of(named) : Path.of("..", "..", "shared", "data");
  }

  private static List<Answer> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<Answer> read = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      while (read.size() < REQUESTS) {
        JsonNode lengths = mapper.readTree(lines.readLine()).get("lengths");
        int longest = 0;
        for (JsonNode length : lengths) {
          longest = Math.max(longest, length.asInt());
        }
        int length = Math.min(MAXIMUM, lengths.get("0.0").asInt());
        read.add(new Answer(length, longest, lengths.get("0.7").asInt()));
      }
    }
    return read;
  }
}
