package io.lengthwise.prediction;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A softmax over length bins on the served model's hidden states of the prompt ({@link
 * HiddenStateReading}), which learns from every finished answer in one pass.
 *
 * <p>Readings of different prompts are nearly parallel: what they share says nothing. So their
 * running mean is taken off, and what is left counts by its direction. A prompt without a reading
 * is predicted from the bias alone. Readings of another size are of another model, or what another
 * predictor left on the topic of lengths: the size of the latest counts, and a change forgets what
 * was learned from the former. What no reading can be counts as none.
 */
final class HiddenStatePredictor extends SoftmaxPredictor {

  /** Readings after which the mean follows the latest rather than being that of all. */
  private static final int REMEMBERED = 1000;

  /** Far more than a number of a reading, whose length is about 1. */
  private static final float LARGEST = 100;

  private static final Inputs NONE = new Inputs(new int[0], new double[0]);

  private int[] rows = {};
  private float[] mean = {};
  private int readings;

  /**
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  HiddenStatePredictor(int initialLength) {
    super(PredictorName.HIDDEN_STATE, HiddenStateReading.MOST, initialLength);
  }

  @Override
  Inputs inputs(PromptFeatures features) {
    float[] reading = features.reading();
    if (reading.length != mean.length || !isReading(reading)) {
      return NONE;
    }
    double[] x = new double[reading.length];
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = (double) reading[i] - mean[i];
      square += x[i] * x[i];
    }
    if (square == 0) {
      return NONE;
    }
    double length = Math.sqrt(square);
    for (int i = 0; i < x.length; i++) {
      x[i] /= length;
    }
    return new Inputs(rows, x);
  }

  @Override
  public void learn(PromptFeatures features, int length, boolean cut) {
    float[] reading = features.reading();
    boolean isRead = isReading(reading);
    if (isRead && reading.length != mean.length) {
      forgetRows();
      expect(reading.length);
    }
    super.learn(features, length, cut);
    if (isRead) {
      readings = Math.min(REMEMBERED, readings + 1);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (reading[i] - mean[i]) / readings;
      }
    }
  }

  private static boolean isReading(float[] reading) {
    for (float number : reading) {
      if (!(Math.abs(number) <= LARGEST)) {
        return false;
      }
    }
    return reading.length > 0 && reading.length <= HiddenStateReading.MOST;
  }

  private void expect(int size) {
    mean = new float[size];
    rows = IntStream.range(0, size).toArray();
    readings = 0;
  }

  /** As its superclass; behind that the number of readings in their mean, and the mean. */
  @Override
  public PredictorWeights snapshot() {
    PredictorWeights learned = super.snapshot();
    int own = learned.values().length;
    float[] values = Arrays.copyOf(learned.values(), own + 1 + mean.length);
    values[own] = readings;
    System.arraycopy(mean, 0, values, own + 1, mean.length);
    return withValues(learned, values);
  }

  @Override
  public void restore(PredictorWeights learned) {
    float[] values = learned.values();
    int own = Math.min(values.length, sizeWith(learned.keys().length));
    super.restore(withValues(learned, Arrays.copyOf(values, own)));
    expect(Math.max(0, values.length - own - 1));
    if (mean.length > 0) {
      readings = (int) values[own];
      System.arraycopy(values, own + 1, mean, 0, mean.length);
    }
  }

  private static PredictorWeights withValues(PredictorWeights weights, float[] values) {
    return new PredictorWeights(weights.predictor(), weights.completions(), weights.keys(), values);
  }
}
