package io.lengthwise.job.cli;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.TextFeatures;

/** A predictor of the job, asked as the job asks it: making the features is part of its work. */
final class TextPredictor implements EvaluatedPredictor {

  private final TextFeatures features = new TextFeatures();
  private final LengthPredictor predictor;

  /**
   * @param initialLength tokens of a usual answer, its guess until it has seen some
   */
  TextPredictor(PredictorName name, int initialLength) {
    predictor = name.create(initialLength);
  }

  @Override
  public LengthDistribution predict(RecordedAnswer answer) {
    return predictor.predict(features.of(answer.prompt(), answer.cap()));
  }

  @Override
  public void learn(RecordedAnswer answer) {
    predictor.learn(features.of(answer.prompt(), answer.cap()), answer.length(), answer.cut());
  }
}
