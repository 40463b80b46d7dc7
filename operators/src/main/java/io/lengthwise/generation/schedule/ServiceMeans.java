package io.lengthwise.generation.schedule;

/** How long answers are and how long they take, learned from those that ended. */
final class ServiceMeans {

  /** Weight of one observation, once there are many. */
  private static final double FORGETTING = 0.01;

  private long observations;
  private double tokens;
  private double milliseconds;

  /** Those that are expected before any answer has ended. */
  ServiceMeans(double tokens, double milliseconds) {
    this.tokens = tokens;
    this.milliseconds = milliseconds;
  }

  /** Learns from a finished answer its tokens and its time on the device. */
  void learn(int answerTokens, double answerMilliseconds) {
    observations++;
    double weight = Math.max(FORGETTING, 1.0 / observations);
    tokens += weight * (answerTokens - tokens);
    milliseconds += weight * (Math.max(1, answerMilliseconds) - milliseconds);
  }

  /** Of an answer. */
  double tokens() {
    return tokens;
  }

  /** Of an answer, on the device. */
  double milliseconds() {
    return milliseconds;
  }
}
