package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The online predictor on recorded lengths of real answers.
 *
 * <p>The recording may not be part of the repository. It is looked for in the folder that the
 * system property {@code lengthwise.data} names, or in {@code shared/data} beside the repository's
 * root; without it these tests are skipped.
 */
class RecordedLengthsTest {

  private static final String FILE = "alpaca-vicuna-lengths-train.jsonl.gz";
  private static final int CAP = TestingRequests.MAX_TOKENS;

  private static List<Answer> answers;

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

  /** Five times, each fifth held out once: one fifth alone is off by more than what is tested. */
  @Test
  void predictsPromptsItHasNotSeen() {
    List<Answer> tested = new ArrayList<>();
    List<LengthDistribution> online = new ArrayList<>();
    List<LengthDistribution> constant = new ArrayList<>();
    for (int from = 0; from < 10_000; from += 2_000) {
      List<Answer> test = answers.subList(from, from + 2_000);
      tested.addAll(test);
      online.addAll(predictions(PredictorName.ONLINE, from, test));
      constant.addAll(predictions(PredictorName.CONSTANT, from, test));
    }
    Accuracy accuracy = new Accuracy(tested, online);
    double constantError = new Accuracy(tested, constant).meanAbsoluteError();
    assertThat(accuracy.meanAbsoluteError()).isLessThan(56).isLessThan(0.69 * constantError);
    assertThat(accuracy.tau()).isGreaterThan(0.51);
    assertThat(accuracy.shareWithin(50)).isGreaterThan(0.60);
    assertThat(accuracy.shareWithin(100)).isGreaterThan(0.82);
    assertThat(accuracy.coverage90()).isBetween(0.90, 0.95);
  }

  @Test
  void predictsOneHalfFromTheOther() {
    LengthPredictor online = PredictorName.ONLINE.create(200);
    answers.subList(0, 5_000).forEach(answer -> answer.teach(online));
    List<Answer> test = answers.subList(5_000, 10_000);
    Accuracy accuracy =
        new Accuracy(test, test.stream().map(answer -> answer.ask(online)).toList());
    assertThat(accuracy.meanAbsoluteError()).isLessThan(58);
    assertThat(accuracy.tau()).isGreaterThan(0.49);
  }

  @Test
  void learnsWhileItServes() {
    OnlineLengthPredictor online = new OnlineLengthPredictor(200);
    List<LengthDistribution> predictions = new ArrayList<>();
    for (Answer answer : answers) {
      predictions.add(answer.ask(online));
      answer.teach(online);
    }
    assertThat(accuracy(predictions, 0, 10_000).meanAbsoluteError()).isLessThan(59.5);
    assertThat(accuracy(predictions, 0, 1_000).meanAbsoluteError()).isLessThan(72);
    Accuracy late = accuracy(predictions, 5_000, 10_000);
    assertThat(late.meanAbsoluteError()).isLessThan(57.5);
    assertThat(late.tau()).isGreaterThan(0.50);
  }

  @Test
  void theConstantNeverTakesOver() {
    GuardedPredictor online = new GuardedPredictor("m", new OnlineLengthPredictor(200), 200);
    for (Answer answer : answers) {
      online.learn(answer.features, answer.length, answer.length >= CAP);
      assertThat(online.isFallenBack()).isFalse();
    }
    AccuracyWindow accuracy = online.accuracy();
    assertThat(accuracy.meanAbsoluteError())
        .isLessThan(0.75 * accuracy.constantMeanAbsoluteError());
    assertThat(accuracy.tau()).isGreaterThan(0.50);
    assertThat(accuracy.coverage90()).isBetween(0.90, 0.95);
  }

  /** What a predictor that has learned all other answers predicts for some. */
  private static List<LengthDistribution> predictions(
      PredictorName name, int from, List<Answer> test) {
    LengthPredictor predictor = name.create(200);
    answers.subList(0, from).forEach(answer -> answer.teach(predictor));
    answers.subList(from + test.size(), 10_000).forEach(answer -> answer.teach(predictor));
    return test.stream().map(answer -> answer.ask(predictor)).toList();
  }

  private static Accuracy accuracy(List<LengthDistribution> predictions, int from, int to) {
    return new Accuracy(answers.subList(from, to), predictions.subList(from, to));
  }

  private static Path dataFolder() {
    String named = System.getProperty("lengthwise.data");
    // The tests run in their module's folder.
    return named != null ? Path.of(named) : Path.of("..", "..", "shared", "data");
  }

  private static List<Answer> read(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    FeatureExtractor features = new FeatureExtractor();
    List<Answer> read = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode record = mapper.readTree(line);
        String input = record.get("input").asText();
        String text =
            record.get("instruction").asText() + (input.isEmpty() ? "" : "\nInput:\n" + input);
        read.add(
            new Answer(
                new PromptFeatures(features.of(TestingRequests.asking(text))),
                record.get("lengths").get("0.0").asInt()));
      }
    }
    return read;
  }

  /** A prompt's features and how long its answer became. */
  private record Answer(PromptFeatures features, int length) {

    void teach(LengthPredictor predictor) {
      predictor.learn(features, length, length >= CAP);
    }

    LengthDistribution ask(LengthPredictor predictor) {
      return predictor.predict(features);
    }
  }

  /** How good predictions were; the median is the prediction. */
  private static final class Accuracy {
    private final int[] lengths;
    private final double[] predictions;
    private final double[] quantiles90;

    Accuracy(List<Answer> answers, List<LengthDistribution> predicted) {
      lengths = answers.stream().mapToInt(Answer::length).toArray();
      predictions = predicted.stream().mapToDouble(p -> p.quantile(0.5, CAP)).toArray();
      quantiles90 = predicted.stream().mapToDouble(p -> p.quantile(0.9, CAP)).toArray();
    }

    double meanAbsoluteError() {
      return Arrays.stream(errors()).average().orElseThrow();
    }

    double shareWithin(double tokens) {
      return Arrays.stream(errors()).filter(error -> error <= tokens).count()
          / (double) lengths.length;
    }

    double coverage90() {
      int covered = 0;
      for (int i = 0; i < lengths.length; i++) {
        covered += lengths[i] <= quantiles90[i] ? 1 : 0;
      }
      return covered / (double) lengths.length;
    }

    /** Kendall's tau-b. */
    double tau() {
      long agreements = 0;
      long differentLengths = 0;
      long differentPredictions = 0;
      for (int i = 0; i < lengths.length; i++) {
        for (int j = 0; j < i; j++) {
          int length = Integer.compare(lengths[i], lengths[j]);
          int prediction = Double.compare(predictions[i], predictions[j]);
          agreements += length * prediction;
          differentLengths += Math.abs(length);
          differentPredictions += Math.abs(prediction);
        }
      }
      return agreements / Math.sqrt((double) differentLengths * differentPredictions);
    }

    private double[] errors() {
      double[] errors = new double[lengths.length];
      for (int i = 0; i < errors.length; i++) {
        errors[i] = Math.abs(lengths[i] - predictions[i]);
      }
      return errors;
    }
  }
}
