package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;

/** What {@link EvaluateCommand} compares: something that predicts lengths and learns from them. */
interface EvaluatedPredictor {

  LengthDistribution predict(RecordedAnswer answer);

  /** What asking the model about a prompt took beforehand, in nanoseconds. */
  default long askingNanos() {
    return 0;
  }

  void learn(RecordedAnswer answer);
}
