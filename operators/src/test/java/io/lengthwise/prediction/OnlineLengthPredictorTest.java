package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineLengthPredictorTest {

  private static final int CAP = 2048;

  /** Row 0 is in every prompt. Rows from 10 on tell nothing. */
  private static final int SHORT = 1;

  private static final int LONG = 2;

  private final OnlineLengthPredictor predictor = new OnlineLengthPredictor(200);
  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void startsFromItsPrior() {
    LengthDistribution prior = predictor.predict(prompt(SHORT));
    assertThat(sum(prior)).isCloseTo(1, within(1e-5));
    assertThat(prior.quantile(0.5, CAP)).isCloseTo(200, within(20.0));
    assertThat(prior.quantile(0.84, CAP)).isBetween(500.0, 800.0);
  }

  @Test
  void theFirstAnswersMakeAHistogramWhateverTheirWords() {
    for (int i = 0; i < 20; i++) {
      predictor.learn(prompt(SHORT), 40, false);
    }
    LengthDistribution seen = predictor.predict(prompt(SHORT));
    assertThat(seen.quantile(0.5, CAP)).isCloseTo(40, within(6.0));
    assertThat(predictor.predict(prompt(LONG)).probabilities()).isEqualTo(seen.probabilities());
  }

  @Test
  void learnsAClearSignalFrom200Answers() {
    learn(200, 1);
    assertThat(median(SHORT)).isBetween(20.0, 45.0);
    assertThat(median(LONG)).isBetween(300.0, 600.0);
  }

  @Test
  void followsADrift() {
    learn(2_000, 1);
    double before = median(LONG);
    learn(200, 0.4);
    assertThat(median(LONG)).isBetween(0.3 * before, 0.6 * before);
    assertThat(median(SHORT)).isLessThan(20);
  }

  @Test
  void aCutAnswerMovesWhatLiesBelowTheCutAboveIt() {
    learn(300, 1);
    PromptFeatures prompt = prompt(LONG);
    float[] before = predictor.predict(prompt).probabilities();
    predictor.learn(prompt, 600, true);
    float[] after = predictor.predict(prompt).probabilities();
    int cut = LengthDistribution.bin(600);
    assertThat(below(after, cut)).isLessThan(below(before, cut));
  }

  @Test
  void answersThatAreAllCutAreNotTakenForTheirLength() {
    OnlineLengthPredictor exact = new OnlineLengthPredictor(200);
    for (int i = 0; i < 300; i++) {
      PromptFeatures prompt = prompt(LONG);
      predictor.learn(prompt, 256, true);
      exact.learn(prompt, 256, false);
    }
    assertThat(predictor.predict(prompt(LONG)).quantile(0.05, CAP)).isGreaterThan(200);
    assertThat(predictor.predict(prompt(LONG)).quantile(0.9, CAP)).isGreaterThan(500);
    assertThat(exact.predict(prompt(LONG)).quantile(0.9, CAP)).isLessThan(450);
  }

  @Test
  void aCutWhereNothingWasBelievedStaysFinite() {
    for (int i = 0; i < 1_000; i++) {
      predictor.learn(prompt(SHORT), 3, false);
    }
    for (int i = 0; i < 1_000; i++) {
      predictor.learn(prompt(SHORT), 8192, true);
    }
    LengthDistribution length = predictor.predict(prompt(SHORT));
    assertThat(sum(length)).isCloseTo(1, within(1e-5));
    assertThat(length.mean(8192)).isGreaterThan(4_000);
  }

  @Test
  void aPromptWithoutFeaturesAndLengthsOutOfRangeAreFine() {
    PromptFeatures none = new PromptFeatures(new int[0]);
    for (int i = 0; i < 200; i++) {
      predictor.learn(none, 1_000_000, false);
      predictor.learn(none, 1, true);
    }
    assertThat(sum(predictor.predict(none))).isCloseTo(1, within(1e-5));
  }

  @Test
  void theSameAnswersMakeTheSamePredictionsAlsoFromASnapshot() {
    learn(500, 1);
    OnlineLengthPredictor restored = new OnlineLengthPredictor(50);
    restored.learn(prompt(LONG), 7, false);
    restored.restore(predictor.snapshot());
    assertThat(restored.completions()).isEqualTo(500);
    for (int i = 0; i < 300; i++) {
      PromptFeatures prompt = prompt(i % 2 == 0 ? SHORT : LONG);
      assertThat(restored.predict(prompt).probabilities())
          .isEqualTo(predictor.predict(prompt).probabilities());
      restored.learn(prompt, 10 + i, i % 5 == 0);
      predictor.learn(prompt, 10 + i, i % 5 == 0);
    }
  }

  @Test
  void aSnapshotTakenEarlyKeepsTheHistogram() {
    learn(20, 1);
    OnlineLengthPredictor restored = new OnlineLengthPredictor(50);
    restored.restore(predictor.snapshot());
    assertThat(restored.predict(prompt(LONG)).probabilities())
        .isEqualTo(predictor.predict(prompt(LONG)).probabilities());
  }

  @Test
  void refusesWeightsThatAreNotItsOwn() {
    PredictorWeights constant = new ConstantPredictor(9).snapshot();
    assertThatThrownBy(() -> predictor.restore(constant)).hasMessageContaining("constant");
    PredictorWeights cut =
        new PredictorWeights(PredictorName.ONLINE, 3, new int[] {1}, new float[80]);
    assertThatThrownBy(() -> predictor.restore(cut)).hasMessageContaining("80 values of online");
  }

  /** Learns answers of about 30 tokens to short prompts and of 450 to long ones, times a factor. */
  private void learn(int answers, double factor) {
    for (int i = 0; i < answers; i++) {
      boolean isShort = random.nextBoolean();
      double length = (isShort ? 30 : 450) * Math.exp(random.nextDouble(-0.3, 0.3)) * factor;
      predictor.learn(prompt(isShort ? SHORT : LONG), (int) Math.round(length), false);
    }
  }

  private double median(int kind) {
    double sum = 0;
    for (int i = 0; i < 50; i++) {
      sum += predictor.predict(prompt(kind)).quantile(0.5, CAP);
    }
    return sum / 50;
  }

  private PromptFeatures prompt(int kind) {
    int[] noise = random.ints(12, 10, 5_000).distinct().sorted().toArray();
    int[] rows = new int[noise.length + 2];
    rows[1] = kind;
    System.arraycopy(noise, 0, rows, 2, noise.length);
    return new PromptFeatures(rows);
  }

  private static double below(float[] probabilities, int bin) {
    double sum = 0;
    for (int b = 0; b < bin; b++) {
      sum += probabilities[b];
    }
    return sum;
  }

  private static double sum(LengthDistribution length) {
    return below(length.probabilities(), LengthDistribution.BINS);
  }
}
