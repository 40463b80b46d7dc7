package io.lengthwise.prediction;

import java.util.Arrays;

/**
 * Predicts the same length for every prompt: the median of the latest {@value #LATEST} lengths.
 *
 * <p>A cut answer counts with the length at which it was cut. The median is right as long as the
 * cuts are above it.
 */
final class ConstantPredictor implements LengthPredictor {

  static final int LATEST = 1000;

  private final int[] latest = new int[LATEST];
  private final int[] sorted = new int[LATEST];
  private final int[] perBin = new int[LengthDistribution.BINS];
  private long completions;
  private LengthDistribution median;

  /**
   * A predictor that has learned nothing.
   *
   * @param initialLength the prediction before the first length, at least 1
   */
  ConstantPredictor(int initialLength) {
    median = LengthDistribution.point(initialLength);
  }

  @Override
  public LengthDistribution predict(PromptFeatures features) {
    return median;
  }

  /**
   * The distribution of the latest lengths. Memory is reserved by a quantile of it: half of the
   * answers are longer than the median.
   */
  LengthDistribution distribution() {
    int size = size();
    if (size == 0) {
      return median;
    }
    double[] shares = new double[LengthDistribution.BINS];
    for (int bin = 0; bin < shares.length; bin++) {
      shares[bin] = perBin[bin] / (double) size;
    }
    return LengthDistribution.of(shares);
  }

  @Override
  public void learn(PromptFeatures features, int length, boolean cut) {
    add(length);
    median = LengthDistribution.point(sorted[size() / 2]);
  }

  @Override
  public long completions() {
    return completions;
  }

  @Override
  public PredictorWeights snapshot() {
    int size = size();
    int[] oldestFirst = new int[size];
    for (int i = 0; i < size; i++) {
      oldestFirst[i] = latest[(int) ((completions - size + i) % LATEST)];
    }
    return new PredictorWeights(PredictorName.CONSTANT, completions, oldestFirst, new float[0]);
  }

  @Override
  public void restore(PredictorWeights weights) {
    if (weights.predictor() != PredictorName.CONSTANT) {
      throw new IllegalArgumentException(
          "a constant predictor cannot restore the weights of " + weights.predictor());
    }
    completions = weights.completions() - weights.keys().length;
    Arrays.fill(perBin, 0);
    for (int length : weights.keys()) {
      latest[(int) (completions % LATEST)] = length;
      perBin[LengthDistribution.bin(length)]++;
      completions++;
    }
    int size = size();
    System.arraycopy(latest, 0, sorted, 0, size);
    Arrays.sort(sorted, 0, size);
    if (size > 0) {
      median = LengthDistribution.point(sorted[size / 2]);
    }
  }

  private int size() {
    return (int) Math.min(completions, LATEST);
  }

  /** Adds a length. If there are {@link #LATEST} lengths, it replaces the oldest one. */
  private void add(int length) {
    int next = (int) (completions % LATEST);
    int size = size();
    if (size == LATEST) {
      int gone = Arrays.binarySearch(sorted, 0, size, latest[next]);
      System.arraycopy(sorted, gone + 1, sorted, gone, size - gone - 1);
      perBin[LengthDistribution.bin(latest[next])]--;
      size--;
    }
    int found = Arrays.binarySearch(sorted, 0, size, length);
    int at = found < 0 ? -found - 1 : found;
    System.arraycopy(sorted, at, sorted, at + 1, size - at);
    sorted[at] = length;
    perBin[LengthDistribution.bin(length)]++;
    latest[next] = length;
    completions++;
  }
}
