package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HiddenStatePredictorTest {

  private static final int HIDDEN = 600;
  private static final int CAP = 2048;

  private final Random random = new Random(4);
  private final float[] shared = noise(HIDDEN, 1);
  private final float[] longer = noise(HIDDEN, 0.15f);
  private final HiddenStateSketch sketch = new HiddenStateSketch(HIDDEN);
  private final HiddenStatePredictor predictor = new HiddenStatePredictor(200);

  @Test
  void theFirstAnswersMakeAHistogramWhateverTheirProbeResults() {
    for (int i = 0; i < 20; i++) {
      predictor.learn(prompt(false), 40, false);
    }
    assertThat(predictor.predict(prompt(true)).probabilities())
        .isEqualTo(predictor.predict(prompt(false)).probabilities());
    assertThat(predictor.predict(prompt(true)).quantile(0.5, CAP)).isCloseTo(40, within(6.0));
  }

  @Test
  void tellsClassesApartThatDifferLittleInDirection() {
    learn(300);
    assertThat(median(false)).isBetween(20.0, 45.0);
    assertThat(median(true)).isBetween(300.0, 600.0);
  }

  @Test
  void promptWithoutAReadingIsPredictedFromTheBias() {
    learn(300);
    LengthDistribution bias = predictor.predict(new PromptFeatures(new int[0]));
    assertThat(bias.quantile(0.5, CAP)).isBetween(median(false), median(true));
    for (int i = 0; i < 100; i++) {
      predictor.learn(new PromptFeatures(new int[0]), 30, false);
    }
    assertThat(predictor.predict(new PromptFeatures(new int[0])).quantile(0.5, CAP)).isLessThan(60);
  }

  @Test
  void readingsThatAnotherPredictorLeftAreForgotten() {
    for (int i = 0; i < 100; i++) {
      predictor.learn(new PromptFeatures(new int[0], new float[] {i}), 100, false);
    }
    learn(300);
    assertThat(median(false)).isBetween(20.0, 50.0);
    assertThat(median(true)).isBetween(300.0, 600.0);
  }

  @Test
  void whatNoReadingCanBeCountsAsNone() {
    learn(200);
    assertThat(median(true)).isBetween(300.0, 600.0);
    for (float[] none :
        new float[][] {
          new float[HiddenStateSketch.MOST + 1],
          huge(Float.NaN),
          huge(Float.POSITIVE_INFINITY),
          huge(Float.MAX_VALUE)
        }) {
      predictor.learn(new PromptFeatures(new int[0], none), 100, false);
      assertThat(predictor.predict(new PromptFeatures(new int[0], none)).mean(CAP)).isFinite();
    }
    assertThat(median(true)).isBetween(300.0, 600.0);
  }

  private static float[] huge(float number) {
    float[] probeResult = new float[HiddenStateSketch.MOST];
    probeResult[3] = number;
    return probeResult;
  }

  @Test
  void theSameAnswersMakeTheSamePredictionsAlsoFromASnapshot() {
    learn(100);
    HiddenStatePredictor restored = new HiddenStatePredictor(50);
    restored.learn(prompt(true), 7, false);
    restored.restore(predictor.snapshot());
    assertThat(restored.completions()).isEqualTo(100);
    for (int i = 0; i < 100; i++) {
      PromptFeatures prompt = prompt(i % 2 == 0);
      assertThat(restored.predict(prompt).probabilities())
          .isEqualTo(predictor.predict(prompt).probabilities());
      restored.learn(prompt, 10 + i, i % 5 == 0);
      predictor.learn(prompt, 10 + i, i % 5 == 0);
    }
  }

  @Test
  void aSnapshotOfNothingIsRestored() {
    HiddenStatePredictor restored = new HiddenStatePredictor(50);
    restored.restore(predictor.snapshot());
    assertThat(restored.predict(prompt(true)).quantile(0.5, CAP)).isCloseTo(200, within(20.0));
  }

  @Test
  void refusesWeightsThatAreNotItsOwn() {
    PredictorWeights online = new OnlineLengthPredictor(9).snapshot();
    assertThatThrownBy(() -> predictor.restore(online))
        .hasMessageContaining("the hidden-state predictor cannot restore")
        .hasMessageContaining("of online");
    PredictorWeights cut =
        new PredictorWeights(PredictorName.HIDDEN_STATE, 3, new int[] {1}, new float[80]);
    assertThatThrownBy(() -> predictor.restore(cut)).hasMessageContaining("80 values");
  }

  @Test
  void readingIsSmallAndKeepsAngles() {
    float[] one = noise(HIDDEN, 3);
    float[] other = noise(HIDDEN, 0.5f);
    assertThat(sketch.of(one)).hasSize(HiddenStateSketch.MOST);
    assertThat(dot(sketch.of(one), sketch.of(one))).isCloseTo(1, within(0.25));
    assertThat(dot(sketch.of(one), sketch.of(other))).isCloseTo(0, within(0.25));
    assertThat(new HiddenStateSketch(HIDDEN).of(one)).isEqualTo(sketch.of(one));
  }

  @Test
  void readingOfASmallModelLosesNothing() {
    float[] state = noise(32, 2);
    float[] read = new HiddenStateSketch(32).of(state);
    assertThat(read).hasSize(32);
    assertThat(dot(read, read)).isCloseTo(1, within(1e-6));
    assertThat(new HiddenStateSketch(32).of(new float[32])).containsOnly(0);
  }

  /** Learns answers of about 30 tokens to prompts of one class, and of 450 tokens to the other. */
  private void learn(int answers) {
    for (int i = 0; i < answers; i++) {
      boolean isLong = random.nextBoolean();
      double length = (isLong ? 450 : 30) * Math.exp(random.nextDouble(-0.3, 0.3));
      predictor.learn(prompt(isLong), (int) Math.round(length), false);
    }
  }

  private double median(boolean isLong) {
    double sum = 0;
    for (int i = 0; i < 50; i++) {
      sum += predictor.predict(prompt(isLong)).quantile(0.5, CAP);
    }
    return sum / 50;
  }

  /**
   * Creates a hidden state. Most of it is common to all prompts, as in real models. A small part
   * tells the length.
   */
  private PromptFeatures prompt(boolean isLong) {
    float[] state = noise(HIDDEN, 0.1f);
    for (int i = 0; i < HIDDEN; i++) {
      state[i] += shared[i] + (isLong ? longer[i] : -longer[i]);
    }
    return new PromptFeatures(new int[0], sketch.of(state));
  }

  private float[] noise(int size, float deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = deviation * (float) random.nextGaussian();
    }
    return values;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
