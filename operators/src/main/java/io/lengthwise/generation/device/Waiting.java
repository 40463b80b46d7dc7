package io.lengthwise.generation.device;

/**
 * The properties of a waiting row that admission considers. Lengths are in tokens, times in
 * milliseconds.
 */
public interface Waiting {

  /** The mean of the predicted length. */
  double predictedTokens();

  /** The mean of the longest tenth of the predicted lengths: their CVaR at 0.9. */
  double tailTokens();

  /** The mean of the remaining length, given the tokens that the row has. */
  double remainingTokens();

  /** When the job read the request. */
  long arrival();

  /** The priority. A row with a larger priority goes first in every order. */
  int priority();

  /** When the answer is no longer wanted, {@code GenerationRequest.NO_DEADLINE} for never. */
  long deadline();
}
