package io.lengthwise.job.cli;

import io.lengthwise.generation.TrialLoad;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;
import io.lengthwise.request.EncodedRequest;
import java.util.List;

/** Encoded prompts that all arrive at the start, and a predictor that learns meanwhile. */
final class BenchLoad implements TrialLoad {

  private static final int INITIAL_LENGTH = 128;

  private final List<String> prompts;
  private final List<EncodedRequest> requests;
  private final LengthPredictor predictor;
  private final TextFeatures features = new TextFeatures();

  /**
   * A load.
   *
   * @param prompts the requests' texts
   * @param train answers that the predictor learns before
   */
  BenchLoad(
      List<String> prompts,
      List<EncodedRequest> requests,
      PredictorName predictor,
      List<RecordedAnswer> train) {
    this.prompts = prompts;
    this.requests = requests;
    this.predictor = predictor.create(INITIAL_LENGTH);
    for (RecordedAnswer answer : train) {
      this.predictor.learn(
          features.of(answer.prompt(), answer.cap()), answer.length(), answer.cut());
    }
  }

  @Override
  public int size() {
    return requests.size();
  }

  @Override
  public double arrival(int request) {
    return 0;
  }

  @Override
  public PredictedRequest read(int request) {
    EncodedRequest encoded = requests.get(request);
    PromptFeatures prompt = features.of(prompts.get(request), encoded.request().maxTokens());
    return new PredictedRequest(encoded, predictor.predict(prompt), prompt, 0);
  }

  @Override
  public void answered(PredictedRequest request, int tokens, boolean cut) {
    predictor.learn(request.features(), tokens, cut);
  }
}
