package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.BYTES_PER_TOKEN;
import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The paper's groups on the tiny random model. Half of the answers are longer than predicted. */
@SuppressWarnings("try") // As TestingGeneration.
class GroupedGenerationTest {

  /** Long enough that a snapshot contains unfinished rows. */
  private static final int LONG = 600;

  private static final Sampling DRAWN =
      new Sampling(0.9f, 40, 0.95f, 0.01f, 1.1f, 7L, List.of(), List.of(), Map.of());

  private final Reference reference;

  GroupedGenerationTest() throws IOException {
    reference = Reference.of("smollm");
  }

  @ParameterizedTest
  @EnumSource(Recomputation.class)
  void textsAreThoseOfRefill(Recomputation recomputation) throws Exception {
    List<String> refilled = texts(run(TestingGeneration.OPTIONS, null, requests()));
    EngineOptions grouped = grouped(recomputation);
    Engine engine = Engines.shared().acquire(MODEL, grouped, EngineUse.ANSWERS, List.of());
    try {
      List<GenerationResult> results = run(grouped, null, requests());
      assertThat(texts(results)).isEqualTo(refilled);
      assertThat(results).allMatch(result -> result.completion().continuedTokens() == 0);
      EngineStatistics statistics = engine.statistics();
      assertThat(statistics.cappedRows()).isEqualTo(recomputation == Recomputation.NONE ? 0 : 4);
      assertThat(statistics.cappedSlots()).isEqualTo(statistics.cappedRows() * 50);
      assertThat(statistics.batches()).isEqualTo(recomputation == Recomputation.NONE ? 2 : 3);
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @ParameterizedTest
  @EnumSource(Recomputation.class)
  void rowsContinueFromTheirTokensAfterRestore(Recomputation recomputation) throws Exception {
    EngineOptions grouped = grouped(recomputation);
    List<String> undisturbed = texts(run(TestingGeneration.OPTIONS, null, requests()));
    OperatorSubtaskState state = snapshotInTheMiddle(grouped);
    assertThat(texts(run(grouped, state, List.of()))).isEqualTo(undisturbed);
  }

  @Test
  void closedOperatorLeavesNothingOfItsGroupsBehind() throws Exception {
    EngineOptions grouped = grouped(Recomputation.CONTINUE);
    Engine engine = Engines.shared().acquire(MODEL, grouped, EngineUse.ANSWERS, List.of());
    try (TestingGeneration other = new TestingGeneration(grouped)) {
      TestingGeneration cancelled = new TestingGeneration(grouped);
      cancelled.submit(requests());
      cancelled.submit(requests());
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> engine.statistics().decodeTokens() > 0);
      cancelled.close();
      other.submit(requests().get(0));
      assertThat(other.finish()).hasSize(1);
      await().until(() -> engine.statistics().freeCells() == engine.statistics().cells());
      assertThat(engine.statistics().rowsWaiting()).isZero();
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  private static EngineOptions grouped(Recomputation recomputation) {
    return new EngineOptions(
        new Batching(
            Discipline.STATIC,
            new SequenceOptions(
                true, true, recomputation, 0, 8, 4, LengthBuckets.parse("50:8,900:4")),
            AdmissionOrder.FIFO,
            16,
            8),
        new Memory(8192 * BYTES_PER_TOKEN, 0.9),
        new Prefill(64, true),
        new Limits(1, 1000));
  }

  /**
   * Eight requests, sampled and greedy. Four have a prediction of 40 tokens and a length of 600.
   */
  private List<PredictedRequest> requests() {
    List<PredictedRequest> requests = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Sampling sampling = i % 2 == 0 ? Sampling.GREEDY : DRAWN.withSeed(i);
      int[] prompt = reference.prompts()[i % reference.prompts().length];
      int predicted = i < 4 ? 40 : LONG;
      requests.add(
          request("" + i, prompt, LONG, sampling, predicted, GenerationRequest.NO_DEADLINE));
    }
    return requests;
  }

  private static List<GenerationResult> run(
      EngineOptions options, OperatorSubtaskState restored, List<PredictedRequest> requests)
      throws Exception {
    try (TestingGeneration generation = new TestingGeneration(options, restored, 1, 0)) {
      if (!requests.isEmpty()) {
        generation.submit(requests);
      }
      return generation.finish();
    }
  }

  private OperatorSubtaskState snapshotInTheMiddle(EngineOptions options) throws Exception {
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try (TestingGeneration generation = new TestingGeneration(options)) {
      generation.submit(requests());
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> engine.statistics().decodeTokens() >= 4 * 60);
      assertThat(generation.emitted()).isEmpty();
      return generation.snapshot();
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  private static List<String> texts(List<GenerationResult> results) {
    return results.stream().map(result -> result.completion().text()).toList();
  }
}
