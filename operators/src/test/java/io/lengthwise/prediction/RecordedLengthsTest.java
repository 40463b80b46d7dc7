package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The online predictor on recorded lengths of real answers. */
class RecordedLengthsTest {

  private static final int CAP = TestingRequests.MAX_TOKENS;

  /** Five-fold cross-validation. */
  @Test
  void beatsTheConstantOnPromptsItHasNotSeen() {
    HeldOut heldOut = new HeldOut(answers(RecordedLengths.ofDemoModel()), 5);
    assertThat(heldOut.online.meanAbsoluteError())
        .isLessThan(0.80 * heldOut.constant.meanAbsoluteError());
    assertThat(heldOut.online.tau()).isGreaterThan(0.30);
    assertThat(heldOut.online.coverage90()).isBetween(0.80, 1.0);
  }

  /** The same and more, on the paper's data. */
  @Nested
  class OfResearch {

    private final List<Answer> answers = answers(RecordedLengths.ofResearch());

    /** Five-fold, because the noise of a single fold exceeds the margins of the assertions. */
    @Test
    void predictsPromptsItHasNotSeen() {
      HeldOut heldOut = new HeldOut(answers, 5);
      Accuracy accuracy = heldOut.online;
      double constantError = heldOut.constant.meanAbsoluteError();
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

    private Accuracy accuracy(List<LengthDistribution> predictions, int from, int to) {
      return new Accuracy(answers.subList(from, to), predictions.subList(from, to));
    }
  }

  private static List<Answer> answers(List<RecordedLengths> recorded) {
    FeatureExtractor features = new FeatureExtractor();
    return recorded.stream()
        .map(
            lengths ->
                new Answer(
                    new PromptFeatures(features.of(TestingRequests.asking(lengths.prompt()))),
                    lengths.greedy()))
        .toList();
  }

  /** Predictions for each part of the answers, by predictors that learned the other parts. */
  private static final class HeldOut {
    private final Accuracy online;
    private final Accuracy constant;

    HeldOut(List<Answer> answers, int parts) {
      int part = answers.size() / parts;
      List<Answer> tested = answers.subList(0, part * parts);
      online = new Accuracy(tested, predictions(PredictorName.ONLINE, tested, part));
      constant = new Accuracy(tested, predictions(PredictorName.CONSTANT, tested, part));
    }

    private static List<LengthDistribution> predictions(
        PredictorName name, List<Answer> answers, int part) {
      List<LengthDistribution> predictions = new ArrayList<>();
      for (int from = 0; from < answers.size(); from += part) {
        LengthPredictor predictor = name.create(200);
        answers.subList(0, from).forEach(answer -> answer.teach(predictor));
        answers.subList(from + part, answers.size()).forEach(answer -> answer.teach(predictor));
        answers
            .subList(from, from + part)
            .forEach(answer -> predictions.add(answer.ask(predictor)));
      }
      return predictions;
    }
  }

  /** The features of a prompt and the length of its answer. */
  private record Answer(PromptFeatures features, int length) {

    void teach(LengthPredictor predictor) {
      predictor.learn(features, length, length >= CAP);
    }

    LengthDistribution ask(LengthPredictor predictor) {
      return predictor.predict(features);
    }
  }

  /** The accuracy of predictions. The median of a distribution is its prediction. */
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
