package io.lengthwise.cli.trial;

import io.lengthwise.generation.trial.TrialLoad;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;
import io.lengthwise.request.EncodedRequest;
import java.util.List;
import java.util.function.Supplier;

/** Encoded prompts that all arrive at the start, and a predictor that learns during the trial. */
public final class BenchLoad implements TrialLoad {

  private final List<String> prompts;
  private final Supplier<List<EncodedRequest>> encoded;
  private final LengthPredictor predictor;
  private final TextFeatures features = new TextFeatures();

  /** Null before the first call. */
  private List<EncodedRequest> requests;

  /**
   * Creates a load.
   *
   * @param prompts the requests' texts
   * @param encoded the encoded requests; called within the trial, so that the time of a probe
   *     counts
   */
  public BenchLoad(
      List<String> prompts, Supplier<List<EncodedRequest>> encoded, LengthPredictor predictor) {
    this.prompts = prompts;
    this.encoded = encoded;
    this.predictor = predictor;
  }

  @Override
  public int size() {
    return prompts.size();
  }

  @Override
  public double arrival(int request) {
    return 0;
  }

  @Override
  public PredictedRequest predicted(int request) {
    if (requests == null) {
      requests = encoded.get();
    }
    EncodedRequest next = requests.get(request);
    PromptFeatures prompt =
        features.of(prompts.get(request), next.request().maxTokens(), next.probeResult());
    return new PredictedRequest(next, predictor.predict(prompt), prompt, 0);
  }

  @Override
  public void answered(PredictedRequest request, int tokens, boolean cut) {
    predictor.learn(request.features(), tokens, cut);
  }
}
