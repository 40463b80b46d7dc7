package io.lengthwise.job.cli;

import io.lengthwise.prediction.LengthDistribution;

/** What {@link EvaluateCommand} compares: something that predicts lengths and learns from them. */
interface EvaluatedPredictor {

  LengthDistribution predict(RecordedAnswer answer);

  void learn(RecordedAnswer answer);
}
