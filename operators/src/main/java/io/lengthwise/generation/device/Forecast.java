package io.lengthwise.generation.device;

import io.lengthwise.prediction.LengthDistribution;

/**
 * The predicted length of a row's answer, given the tokens that it has. Lengths are in tokens of
 * the answer and never exceed {@code maxTokens}.
 *
 * @param length the predicted distribution
 * @param maxTokens the most tokens that the request allows
 */
public record Forecast(LengthDistribution length, int maxTokens) {

  /** The share of predicted lengths below the tail. */
  private static final double TAIL = 0.9;

  /** The mean length, before the first token. */
  public double mean() {
    return length.mean(maxTokens);
  }

  /** The mean of the longest tenth of the lengths, before the first token: their CVaR at 0.9. */
  public double tailMean() {
    return length.cvar(TAIL, maxTokens);
  }

  /** The mean number of tokens still to come after {@code generated} tokens. */
  public double remainingMean(int generated) {
    return length.remainingMean(generated, maxTokens);
  }

  /** The tokens to reserve memory for after {@code generated} tokens, by a quantile. */
  public int remainingToReserve(double quantile, int generated) {
    double remaining = length.remainingQuantile(quantile, generated, maxTokens);
    return (int) Math.min(maxTokens - generated, Math.ceil(remaining));
  }

  /**
   * The length of the whole answer after {@code generated} tokens. It exceeds {@code generated},
   * unless the answer has reached {@code maxTokens}.
   *
   * @param quantile of the length, or 0 for the mean
   */
  public double total(double quantile, int generated) {
    return generated
        + (quantile == 0
            ? remainingMean(generated)
            : length.remainingQuantile(quantile, generated, maxTokens));
  }
}
