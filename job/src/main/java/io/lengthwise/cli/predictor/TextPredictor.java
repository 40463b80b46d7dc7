package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;

/** A predictor of the job. Its time includes the extraction of the features, as in the job. */
final class TextPredictor implements EvaluatedPredictor {

  private final TextFeatures features = new TextFeatures();
  private final LengthPredictor predictor;
  private final ProbeResults probeResults;

  /**
   * | @param probeResults the probe results of the prompts
   *
   * @param initialLength the prediction before the first length is learned, in tokens
   */
  TextPredictor(PredictorName name, ProbeResults probeResults, int initialLength) {
    this.predictor = name.create(initialLength);
    this.probeResults = probeResults;
  }

  private PromptFeatures features(RecordedAnswer answer) {
    return features.of(answer.prompt(), answer.cap(), probeResults.of(answer.prompt()));
  }

  @Override
  public LengthDistribution predict(RecordedAnswer answer) {
    return predictor.predict(features(answer));
  }

  @Override
  public long askingNanos() {
    return probeResults.nanos();
  }

  @Override
  public void learn(RecordedAnswer answer) {
    predictor.learn(features(answer), answer.length(), answer.cut());
  }
}
