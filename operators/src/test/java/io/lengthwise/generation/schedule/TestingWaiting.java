package io.lengthwise.generation.schedule;

import io.lengthwise.generation.device.Waiting;
import io.lengthwise.request.GenerationRequest;

/** A waiting item with the properties that a test sets. */
record TestingWaiting(
    String name,
    double predictedTokens,
    double tailTokens,
    double remainingTokens,
    long arrival,
    int priority,
    long deadline)
    implements Waiting {

  /** Creates an item with a certain predicted length. */
  TestingWaiting(String name, double length, long arrival) {
    this(name, length, length, length, arrival, 0, GenerationRequest.NO_DEADLINE);
  }

  TestingWaiting withTail(double tokens) {
    return new TestingWaiting(
        name, predictedTokens, tokens, remainingTokens, arrival, priority, deadline);
  }

  TestingWaiting withRemaining(double tokens) {
    return new TestingWaiting(
        name, predictedTokens, tailTokens, tokens, arrival, priority, deadline);
  }

  TestingWaiting withPriority(int value) {
    return new TestingWaiting(
        name, predictedTokens, tailTokens, remainingTokens, arrival, value, deadline);
  }

  TestingWaiting withDeadline(long millis) {
    return new TestingWaiting(
        name, predictedTokens, tailTokens, remainingTokens, arrival, priority, millis);
  }
}
