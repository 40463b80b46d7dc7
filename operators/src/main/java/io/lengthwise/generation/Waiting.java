package io.lengthwise.generation;

/** What an admission order looks at in a waiting request. */
interface Waiting {

  /** The mean of its predicted length, in tokens. */
  double predictedTokens();

  /** Epoch milliseconds at which the job read it. */
  long arrival();

  /** A larger one goes first, whatever the order. */
  int priority();
}
