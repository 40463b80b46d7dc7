package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class GuardedPredictorTest {

  /** Two kinds of prompts. The answers to the second kind are ten times as long. */
  private static final PromptFeatures SHORT = new PromptFeatures(new int[] {1});

  private static final PromptFeatures LONG = new PromptFeatures(new int[] {2});

  private final SplittableRandom random = new SplittableRandom(11);
  private final Saying oracle = new Saying();
  private GuardedPredictor guarded = new GuardedPredictor("m", oracle, 128);

  @Test
  void aGoodPredictorPredicts() {
    answers(3_000);
    assertThat(guarded.isFallenBack()).isFalse();
    assertThat(guarded.predict(LONG).point()).isEqualTo(300);
  }

  @Test
  void theLogsNumbersAreWrittenAlikeInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(guarded.switchMessage(12.25, 1_234.5))
          .contains("was off by 12.3 tokens", "of the latest lengths by 1234.5.");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aWorsePredictorIsReplacedAfterAWholeWindow() {
    oracle.isWrong = true;
    answers(999);
    assertThat(guarded.isFallenBack()).isFalse();
    answers(1);
    assertThat(guarded.isFallenBack()).isTrue();
  }

  @Test
  void theConstantInItsPlaceKnowsHowLongAnswersGet() {
    oracle.isWrong = true;
    answers(1_000);
    LengthDistribution constant = guarded.predict(SHORT);
    assertThat(constant.probabilities()).isEqualTo(guarded.predict(LONG).probabilities());
    // Half of the answers have about 30 tokens, half about 300.
    assertThat(constant.quantile(0.25, 8192)).isBetween(25.0, 40.0);
    assertThat(constant.quantile(0.9, 8192)).isBetween(280.0, 360.0);
  }

  @Test
  void aPredictorThatHasBecomeBetterPredictsAgain() {
    oracle.isWrong = true;
    answers(1_000);
    oracle.isWrong = false;
    answers(999);
    assertThat(guarded.isFallenBack()).as("a whole window counts").isTrue();
    answers(1);
    assertThat(guarded.isFallenBack()).isFalse();
    assertThat(guarded.predict(LONG).point()).isEqualTo(300);
  }

  @Test
  void predictorsThatAreEquallyGoodDoNotTakeTurns() {
    guarded = new GuardedPredictor("m", new ConstantPredictor(128), 128);
    assertThat(switches(20_000)).isZero();
  }

  @Test
  void aPredictorThatIsNowBetterNowWorseIsSwitchedAtMostOnceAWindow() {
    int switches = 0;
    for (int i = 0; i < 200; i++) {
      oracle.isWrong = random.nextBoolean();
      switches += switches(100);
    }
    assertThat(switches).isBetween(1, 20);
  }

  /** The prompts do not tell the lengths. The predictor learns noise and is a little worse. */
  @Test
  void theOnlinePredictorGivesWayOnNoiseAndDoesNotComeBackAndForth() {
    guarded = new GuardedPredictor("m", new OnlineLengthPredictor(128), 128);
    int switches = 0;
    for (int i = 0; i < 10_000; i++) {
      int[] rows = random.ints(20, 0, 2_000).sorted().distinct().toArray();
      boolean before = guarded.isFallenBack();
      guarded.learn(new PromptFeatures(rows), random.nextInt(20, 400), false);
      switches += before == guarded.isFallenBack() ? 0 : 1;
    }
    assertThat(guarded.isFallenBack()).isTrue();
    assertThat(switches).isEqualTo(1);
  }

  @Test
  void whatIsKnownIsRestored() {
    oracle.isWrong = true;
    answers(1_700);
    GuardedPredictor restored = new GuardedPredictor("m", new Saying(), 128);
    restored.restore(guarded.weights(), guarded.state());
    assertThat(restored.isFallenBack()).isTrue();
    assertThat(restored.state()).isEqualTo(guarded.state());
    assertThat(restored.predict(SHORT).probabilities())
        .isEqualTo(guarded.predict(SHORT).probabilities());
  }

  @Test
  void weightsOfWhichNothingElseIsKnownAreJudgedAnew() {
    answers(1_700);
    GuardedPredictor restored = new GuardedPredictor("m", new Saying(), 128);
    restored.restore(guarded.weights(), null);
    assertThat(restored.state().latest()).isEmpty();
    assertThat(restored.isFallenBack()).isFalse();
  }

  @Test
  void reportsHowGoodThePredictorIsWhileTheConstantPredicts() {
    MetricListener metrics = new MetricListener();
    guarded.reportTo(metrics.getMetricGroup());
    assertThat(gauge(metrics, "fallenBack")).isZero();
    oracle.isWrong = true;
    answers(1_000);
    assertThat(gauge(metrics, "fallenBack")).isEqualTo(1);
    assertThat(gauge(metrics, "meanAbsoluteError")).isBetween(260.0, 280.0);
    assertThat(gauge(metrics, "constantMeanAbsoluteError")).isBetween(130.0, 140.0);
    assertThat(gauge(metrics, "kendallTau")).isBetween(-1.0, -0.5);
    assertThat(gauge(metrics, "coverage90")).isBetween(0.4, 0.6);
  }

  private static double gauge(MetricListener metrics, String name) {
    Gauge<Number> gauge = metrics.<Number>getGauge(name).orElseThrow();
    return gauge.getValue().doubleValue();
  }

  private int switches(int answers) {
    int switches = 0;
    for (int i = 0; i < answers; i++) {
      boolean before = guarded.isFallenBack();
      answers(1);
      switches += before == guarded.isFallenBack() ? 0 : 1;
    }
    return switches;
  }

  /** Learns answers to prompts of both kinds. */
  private void answers(int count) {
    for (int i = 0; i < count; i++) {
      boolean isLong = random.nextBoolean();
      int length = isLong ? random.nextInt(290, 311) : random.nextInt(29, 32);
      guarded.learn(isLong ? LONG : SHORT, length, false);
    }
  }

  /** Predicts 30 and 300, correctly or swapped, and learns nothing. */
  private static final class Saying implements LengthPredictor {

    private boolean isWrong;
    private long completions;

    @Override
    public LengthDistribution predict(PromptFeatures features) {
      boolean isLong = features.rows()[0] == LONG.rows()[0];
      return LengthDistribution.point(isLong != isWrong ? 300 : 30);
    }

    @Override
    public void learn(PromptFeatures features, int length, boolean cut) {
      completions++;
    }

    @Override
    public long completions() {
      return completions;
    }

    @Override
    public PredictorWeights snapshot() {
      return new PredictorWeights(PredictorName.CONSTANT, completions, new int[0], new float[0]);
    }

    @Override
    public void restore(PredictorWeights weights) {
      completions = weights.completions();
    }
  }
}
