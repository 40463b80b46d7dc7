package io.lengthwise.generation;

import static io.lengthwise.generation.ReferenceRequests.runToEnd;
import static io.lengthwise.generation.ReferenceRequests.texts;
import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

/** The state of the generation operator in checkpoints and savepoints. */
@SuppressWarnings("try") // As TestingGeneration.
class GenerationStateTest {

  private final ReferenceRequests prompts;

  GenerationStateTest() throws IOException {
    prompts = ReferenceRequests.read();
  }

  @Test
  void rowsContinueFromTheirTokensAfterRestore() throws Exception {
    List<String> undisturbed = texts(runToEnd(OPTIONS, prompts.greedyAndDrawn()));
    OperatorSubtaskState state = snapshotInTheMiddle(OPTIONS, prompts.greedyAndDrawn());
    try (TestingGeneration restored = new TestingGeneration(OPTIONS, state, 1, 0)) {
      List<GenerationResult> results = restored.finish();
      assertThat(texts(results)).isEqualTo(undisturbed);
      assertThat(results)
          .allSatisfy(
              result ->
                  assertThat(result.completion().continuedTokens())
                      .isPositive()
                      .isLessThan(result.completion().completionTokens()));
    }
  }

  @Test
  void rowsAreSharedOutWhenTheParallelismChanges() throws Exception {
    List<String> undisturbed = texts(runToEnd(OPTIONS, prompts.greedyAndDrawn()));
    OperatorSubtaskState state = snapshotInTheMiddle(OPTIONS, prompts.greedyAndDrawn());
    List<GenerationResult> results = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 128, 1, 2, subtask);
      try (TestingGeneration restored = new TestingGeneration(OPTIONS, share, 2, subtask)) {
        List<GenerationResult> part = restored.finish();
        assertThat(part).hasSize(4);
        results.addAll(part);
      }
    }
    results.sort(Comparator.comparing(GenerationResult::id));
    assertThat(texts(results)).isEqualTo(undisturbed);
  }

  @Test
  void answersAfterTheSavepointOfAStopAreLeftToTheNextJob() throws Exception {
    OperatorSubtaskState savepoint;
    OperatorSubtaskState later;
    try (TestingGeneration stopped = new TestingGeneration(OPTIONS)) {
      stopped.submit(prompts.greedy(24));
      savepoint = stopped.snapshotOfStop();
      for (int i = 0; i < prompts.greedy(24).size(); i++) {
        stopped.handleAnswer();
      }
      assertThat(stopped.emitted()).isEmpty();
      later = stopped.snapshot();
    }
    List<String> undisturbed = texts(runToEnd(OPTIONS, prompts.greedy(24)));
    for (OperatorSubtaskState state : List.of(savepoint, later)) {
      try (TestingGeneration restored = new TestingGeneration(OPTIONS, state, 1, 0)) {
        assertThat(texts(restored.finish())).isEqualTo(undisturbed);
      }
    }
  }

  @Test
  void stateEvolves() {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(PendingRequest.class);
  }

  private static OperatorSubtaskState snapshotInTheMiddle(
      EngineOptions options, List<PredictedRequest> requests) throws Exception {
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try (TestingGeneration generation = new TestingGeneration(options)) {
      generation.submit(requests);
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> engine.statistics().decodeTokens() >= 20L * requests.size());
      assertThat(generation.emitted()).isEmpty();
      return generation.snapshot();
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }
}
