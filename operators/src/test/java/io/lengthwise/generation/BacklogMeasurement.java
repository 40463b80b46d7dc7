package io.lengthwise.generation;

import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Measures the checkpoint of a full backlog. It is not a test and runs only by name: {@code mvn -pl
 * operators test -Dtest=BacklogMeasurement}.
 */
class BacklogMeasurement {

  private static final int PROMPT_TOKENS = 200;
  private static final int FEATURES = 70;
  private static final int REPETITIONS = 5;

  private final Random random = new Random(1);

  @ParameterizedTest
  @ValueSource(ints = {4_096, 50_000})
  void checkpointOf(int backlog) throws Exception {
    EngineOptions options =
        new EngineOptions(
            new Batching(Discipline.REFILL, null, AdmissionOrder.SHORTEST_FIRST, 1, 1),
            new Memory(TestingGeneration.OPTIONS.memory().bytes(), 0.9),
            new Prefill(64, true),
            new Limits(1, backlog));
    try (TestingGeneration generation = new TestingGeneration(options)) {
      List<PredictedRequest> requests = new ArrayList<>();
      for (int i = 0; i < backlog; i++) {
        requests.add(request(i));
      }
      generation.submit(requests);
      long[] nanos = new long[REPETITIONS];
      OperatorSubtaskState state = generation.snapshot();
      for (int i = 0; i < REPETITIONS; i++) {
        long start = System.nanoTime();
        state = generation.snapshot();
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      System.out.printf(
          Locale.ROOT,
          "%d requests with prompts of %d tokens: %.1f MB, %.0f ms, into memory%n",
          backlog,
          PROMPT_TOKENS,
          state.getStateSize() / 1e6,
          nanos[REPETITIONS / 2] / 1e6);
    }
  }

  private PredictedRequest request(int number) {
    byte[] key = ("key-" + number).getBytes(StandardCharsets.UTF_8);
    GenerationRequest request =
        new GenerationRequest(
            "request-" + number,
            new Origin("requests", 0, number, key, List.of(), 0),
            Endpoint.CHAT_COMPLETIONS,
            TestingGeneration.MODEL.name(),
            List.of(),
            null,
            Sampling.GREEDY,
            40,
            0,
            GenerationRequest.NO_DEADLINE);
    float[] probabilities = new float[LengthDistribution.BINS];
    Arrays.fill(probabilities, 1f / LengthDistribution.BINS);
    return new PredictedRequest(
        new EncodedRequest(request, random.ints(PROMPT_TOKENS, 3, 100).toArray()),
        new LengthDistribution(probabilities),
        new PromptFeatures(random.ints(FEATURES, 0, 1 << 16).toArray()),
        0);
  }
}
