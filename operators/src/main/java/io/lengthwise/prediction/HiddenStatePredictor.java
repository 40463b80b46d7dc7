package io.lengthwise.prediction;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A softmax over length bins on the served model's hidden states of the prompt ({@link
 * HiddenStateSketch}). It learns from every finished answer in one pass.
 *
 * <p>The sketches of different prompts are nearly parallel, and their common part says nothing.
 * Therefore their running mean is subtracted, and the direction of the rest counts. A prompt
 * without a sketch is predicted from the bias alone. A sketch of another size belongs to another
 * model or another predictor on the lengths topic. The size of the latest sketch counts, and a
 * change of the size drops the weights learned for the former size. A probe result that cannot be a
 * sketch counts as none.
 */
final class HiddenStatePredictor extends SoftmaxPredictor {

  /** After so many sketches, the mean follows the latest ones instead of averaging all. */
  private static final int REMEMBERED = 1000;

  /** Far more than a number of a sketch, whose length is about 1. */
  private static final float LARGEST = 100;

  private static final Inputs NONE = new Inputs(new int[0], new double[0]);

  private int[] rows = {};
  private float[] mean = {};
  private int probeResults;

  /**
   * A predictor that has learned nothing.
   *
   * @param initialLength the middle of the prior, in tokens, at least 1
   */
  HiddenStatePredictor(int initialLength) {
    super(PredictorName.HIDDEN_STATE, HiddenStateSketch.MOST, initialLength);
  }

  @Override
  Inputs inputs(PromptFeatures features) {
    float[] probeResult = features.probeResult();
    if (probeResult.length != mean.length || !isProbeResult(probeResult)) {
      return NONE;
    }
    double[] x = new double[probeResult.length];
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = (double) probeResult[i] - mean[i];
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
    float[] probeResult = features.probeResult();
    boolean isProbed = isProbeResult(probeResult);
    if (isProbed && probeResult.length != mean.length) {
      forgetRows();
      expect(probeResult.length);
    }
    super.learn(features, length, cut);
    if (isProbed) {
      probeResults = Math.min(REMEMBERED, probeResults + 1);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (probeResult[i] - mean[i]) / probeResults;
      }
    }
  }

  private static boolean isProbeResult(float[] probeResult) {
    for (float number : probeResult) {
      if (!(Math.abs(number) <= LARGEST)) {
        return false;
      }
    }
    return probeResult.length > 0 && probeResult.length <= HiddenStateSketch.MOST;
  }

  private void expect(int size) {
    mean = new float[size];
    rows = IntStream.range(0, size).toArray();
    probeResults = 0;
  }

  /** The values of the superclass, then the number of sketches in their mean, then the mean. */
  @Override
  public PredictorWeights snapshot() {
    PredictorWeights learned = super.snapshot();
    int own = learned.values().length;
    float[] values = Arrays.copyOf(learned.values(), own + 1 + mean.length);
    values[own] = probeResults;
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
      probeResults = (int) values[own];
      System.arraycopy(values, own + 1, mean, 0, mean.length);
    }
  }

  private static PredictorWeights withValues(PredictorWeights weights, float[] values) {
    return new PredictorWeights(weights.predictor(), weights.completions(), weights.keys(), values);
  }
}
