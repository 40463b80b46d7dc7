package io.lengthwise.generation.device;

/** What admission looks at in a waiting request. Lengths are in tokens, times in milliseconds. */
public interface Waiting {

  /** The mean of its predicted length. */
  double predictedTokens();

  /** The mean of the longest tenth of its predicted lengths, their CVaR at 0.9. */
  double tailTokens();

  /** The mean of what is still to come, given the tokens it has. */
  double remainingTokens();

  /** When the job read it. */
  long arrival();

  /** A larger one goes first, whatever the order. */
  int priority();

  /** When no answer is wanted any more, {@code GenerationRequest.NO_DEADLINE} for never. */
  long deadline();
}
