package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;

/** A predictor that {@link EvaluateCommand} compares. */
interface EvaluatedPredictor {

  LengthDistribution predict(RecordedAnswer answer);

  /** The time that the probe of the prompt took beforehand, in nanoseconds. */
  default long askingNanos() {
    return 0;
  }

  void learn(RecordedAnswer answer);
}
