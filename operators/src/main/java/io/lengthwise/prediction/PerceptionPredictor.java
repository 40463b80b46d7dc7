package io.lengthwise.prediction;

/**
 * Predicts the length that the served model said ({@link LengthQuestion}). For a prompt without a
 * probe result, it predicts the longest length.
 *
 * <p>It learns nothing. It is the paper's untuned perception, for comparison.
 */
final class PerceptionPredictor implements LengthPredictor {

  private static final LengthDistribution LONGEST =
      LengthDistribution.point(LengthDistribution.LONGEST);

  private long completions;

  @Override
  public LengthDistribution predict(PromptFeatures features) {
    float[] probeResult = features.probeResult();
    return probeResult.length == 0
        ? LONGEST
        : LengthDistribution.point(Math.max(1, Math.round(probeResult[0])));
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
    return new PredictorWeights(PredictorName.PERCEPTION, completions, new int[0], new float[0]);
  }

  @Override
  public void restore(PredictorWeights weights) {
    if (weights.predictor() != PredictorName.PERCEPTION) {
      throw new IllegalArgumentException(
          "a perception predictor cannot restore the weights of " + weights.predictor());
    }
    completions = weights.completions();
  }
}
