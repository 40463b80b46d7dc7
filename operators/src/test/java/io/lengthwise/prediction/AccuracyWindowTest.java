package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class AccuracyWindowTest {

  private static final LengthDistribution ANY = LengthDistribution.point(1);

  private final AccuracyWindow window = new AccuracyWindow();
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void figuresAreThoseOfTheLatestAnswers() {
    List<JudgedAnswer> all = new ArrayList<>();
    for (int seen = 1; seen <= 2_500; seen++) {
      JudgedAnswer answer =
          new JudgedAnswer(
              random.nextInt(1, 300),
              random.nextInt(1, 300),
              random.nextInt(1, 300),
              random.nextBoolean());
      all.add(answer);
      window.add(answer);
      List<JudgedAnswer> latest = all.subList(Math.max(0, seen - 1000), seen);
      assertThat(window.meanAbsoluteError()).isEqualTo(mean(latest, JudgedAnswer::error));
      assertThat(window.constantMeanAbsoluteError())
          .isEqualTo(mean(latest, JudgedAnswer::constantError));
      assertThat(window.coverage90()).isEqualTo(mean(latest, a -> a.covered() ? 1 : 0));
    }
    assertThat(window.answers()).isEqualTo(all.subList(1_500, 2_500));
  }

  @Test
  void tauIsThatOfEveryPair() {
    for (int i = 0; i < 1_300; i++) {
      int length = random.nextInt(1, 60);
      window.add(new JudgedAnswer(length, length + random.nextInt(40), 30, true));
    }
    assertThat(window.tau()).isCloseTo(tauOfPairs(window.answers()), within(1e-12));
    assertThat(window.tau()).isBetween(0.3, 0.8);
  }

  @Test
  void aConstantSaysNothingAboutTheOrder() {
    for (int length = 1; length <= 100; length++) {
      window.add(new JudgedAnswer(length, 50, 50, true));
    }
    assertThat(window.tau()).isZero();
  }

  @Test
  void figuresOverNoAnswersAreUnknown() {
    assertThat(window.meanAbsoluteError()).isNaN();
    assertThat(window.constantMeanAbsoluteError()).isNaN();
    assertThat(window.coverage90()).isNaN();
    assertThat(window.tau()).isNaN();
    window.add(new JudgedAnswer(5, 8, 7, true));
    assertThat(window.meanAbsoluteError()).isEqualTo(3);
    assertThat(window.tau()).isZero();
  }

  @Test
  void anAnswerIsJudgedByMedianAndUpperQuantile() {
    LengthDistribution predicted = halfAndHalf(12, 24);
    int median = (int) Math.round(predicted.quantile(0.5, 8192));
    int upper = (int) predicted.quantile(0.9, 8192);

    JudgedAnswer within = JudgedAnswer.of(upper, false, predicted, LengthDistribution.point(90));
    assertThat(within).isEqualTo(new JudgedAnswer(upper, median, 90, true));
    assertThat(within.error()).isEqualTo(upper - median);
    assertThat(JudgedAnswer.of(upper + 1, false, predicted, ANY).covered()).isFalse();
  }

  @Test
  void aCutAnswerCountsOnlyWithWhatIsThere() {
    LengthDistribution predicted = LengthDistribution.point(300);

    JudgedAnswer cut = JudgedAnswer.of(100, true, predicted, LengthDistribution.point(70));
    assertThat(cut.error()).isZero();
    assertThat(cut.constantError()).isEqualTo(30);
    assertThat(cut.covered()).isTrue();
    assertThat(JudgedAnswer.of(400, true, predicted, ANY).error()).isEqualTo(100);
    assertThat(JudgedAnswer.of(400, true, predicted, ANY).covered()).isFalse();
  }

  private static LengthDistribution halfAndHalf(int bin, int otherBin) {
    float[] probabilities = new float[LengthDistribution.BINS];
    probabilities[bin] = 0.5f;
    probabilities[otherBin] = 0.5f;
    return new LengthDistribution(probabilities);
  }

  private static double mean(List<JudgedAnswer> answers, ToIntFunction<JudgedAnswer> number) {
    return answers.stream().mapToInt(number).sum() / (double) answers.size();
  }

  private static double tauOfPairs(List<JudgedAnswer> answers) {
    long agreements = 0;
    long lengths = 0;
    long predictions = 0;
    for (JudgedAnswer one : answers) {
      for (JudgedAnswer other : answers) {
        int length = Integer.compare(one.length(), other.length());
        int prediction = Integer.compare(one.predicted(), other.predicted());
        agreements += length * prediction;
        lengths += Math.abs(length);
        predictions += Math.abs(prediction);
      }
    }
    return agreements / Math.sqrt((double) lengths * predictions);
  }
}
