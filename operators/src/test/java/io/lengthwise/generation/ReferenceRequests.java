package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.request;

import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requests with the four prompts of the tiny model's reference. */
@SuppressWarnings("try") // As TestingGeneration.
record ReferenceRequests(Reference reference) {

  /**
   * Long enough that a snapshot contains unfinished rows, and longer than the model's own context.
   */
  static final int LONG = 1000;

  static final Sampling DRAWN =
      new Sampling(0.9f, 40, 0.95f, 0.01f, 1.1f, 7L, List.of(), List.of(), Map.of(5, 1f));

  static ReferenceRequests read() throws IOException {
    return new ReferenceRequests(Reference.of("smollm"));
  }

  List<PredictedRequest> greedy(int maxTokens) {
    List<PredictedRequest> requests = new ArrayList<>();
    for (int i = 0; i < reference.prompts().length; i++) {
      requests.add(request("" + i, reference.prompts()[i], maxTokens, Sampling.GREEDY));
    }
    return requests;
  }

  /** Two long requests for each prompt. */
  List<PredictedRequest> greedyAndDrawn() {
    List<PredictedRequest> requests = new ArrayList<>(greedy(LONG));
    for (int i = 0; i < reference.prompts().length; i++) {
      requests.add(request("drawn-" + i, reference.prompts()[i], LONG, DRAWN.withSeed(i)));
    }
    return requests;
  }

  static List<GenerationResult> runToEnd(EngineOptions options, List<PredictedRequest> requests)
      throws Exception {
    try (TestingGeneration generation = new TestingGeneration(options)) {
      generation.submit(requests);
      return generation.finish();
    }
  }

  static List<String> texts(List<GenerationResult> results) {
    return results.stream().map(result -> result.completion().text()).toList();
  }
}
