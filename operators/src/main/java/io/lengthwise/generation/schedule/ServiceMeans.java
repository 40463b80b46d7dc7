package io.lengthwise.generation.schedule;

/** The mean length of answers and their mean time on the device, learned from finished answers. */
final class ServiceMeans {

  /** The least weight of one observation. */
  private static final double FORGETTING = 0.01;

  private long observations;
  private double tokens;
  private double milliseconds;

  /** The means that are expected before any answer has ended. */
  ServiceMeans(double tokens, double milliseconds) {
    this.tokens = tokens;
    this.milliseconds = milliseconds;
  }

  /** Learns from a finished answer: its tokens and its time on the device. */
  void learn(int answerTokens, double answerMilliseconds) {
    observations++;
    double weight = Math.max(FORGETTING, 1.0 / observations);
    tokens += weight * (answerTokens - tokens);
    milliseconds += weight * (Math.max(1, answerMilliseconds) - milliseconds);
  }

  /** The mean length of an answer, in tokens. */
  double tokens() {
    return tokens;
  }

  /** The mean time of an answer on the device, in milliseconds. */
  double milliseconds() {
    return milliseconds;
  }
}
