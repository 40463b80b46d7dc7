package io.lengthwise.cli.trial;

import io.lengthwise.generation.trial.TrialLoad;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.prediction.TextFeatures;
import io.lengthwise.request.EncodedRequest;
import java.util.List;
import java.util.function.Supplier;

/** Encoded prompts that all arrive at the start, and a predictor that learns meanwhile. */
public final class BenchLoad implements TrialLoad {

  private final List<String> prompts;
  private final Supplier<List<EncodedRequest>> read;
  private final LengthPredictor predictor;
  private final TextFeatures features = new TextFeatures();

  /** Null until the first is read. */
  private List<EncodedRequest> requests;

  /**
   * A load.
   *
   * @param prompts the requests' texts
   * @param read the requests as the predictor needs them; called within the trial, so that the time
   *     of a model that is asked about them counts
   */
  public BenchLoad(
      List<String> prompts, Supplier<List<EncodedRequest>> read, LengthPredictor predictor) {
    this.prompts = prompts;
    this.read = read;
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
  public PredictedRequest read(int request) {
    if (requests == null) {
      requests = read.get();
    }
    EncodedRequest encoded = requests.get(request);
    PromptFeatures prompt =
        features.of(prompts.get(request), encoded.request().maxTokens(), encoded.probeResult());
    return new PredictedRequest(encoded, predictor.predict(prompt), prompt, 0);
  }

  @Override
  public void answered(PredictedRequest request, int tokens, boolean cut) {
    predictor.learn(request.features(), tokens, cut);
  }
}
