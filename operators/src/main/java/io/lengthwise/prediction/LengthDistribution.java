package io.lengthwise.prediction;

/**
 * The predicted length of an answer, in tokens: probabilities over log-spaced bins from 1 to 8,192.
 *
 * @param probabilities one for each bin, summing to 1
 */
public record LengthDistribution(float[] probabilities) {

  public double mean(int cap) {
    throw new UnsupportedOperationException();
  }

  public double quantile(double share, int cap) {
    throw new UnsupportedOperationException();
  }
}
