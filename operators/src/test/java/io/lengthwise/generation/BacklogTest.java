package io.lengthwise.generation;

import static io.lengthwise.generation.ReferenceRequests.LONG;
import static io.lengthwise.generation.ReferenceRequests.runToEnd;
import static io.lengthwise.generation.ReferenceRequests.texts;
import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.PredictedRequest;
import java.io.IOException;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine never holds more of an operator's requests than the backlog. */
@SuppressWarnings("try") // As TestingGeneration.
class BacklogTest {

  private static final int BACKLOG = 2;

  private final ReferenceRequests prompts = ReferenceRequests.read();

  BacklogTest() throws IOException {}

  @Test
  void fullBacklogTakesNoInputUntilAnAnswerIsOut() throws Exception {
    try (TestingGeneration generation = new TestingGeneration(options(Discipline.REFILL))) {
      generation.submit(prompts.greedy(24).subList(0, 2));
      assertThat(generation.emitted()).isEmpty();
      generation.submit(prompts.greedy(24).subList(2, 3));
      assertThat(generation.emitted()).isNotEmpty();
      assertThat(generation.finish()).hasSize(3);
    }
  }

  @Test
  void microBatchBeyondTheBacklogIsSubmittedAsRoomComes() throws Exception {
    List<PredictedRequest> four = prompts.greedy(24).subList(0, 4);
    try (TestingGeneration generation = new TestingGeneration(options(Discipline.REFILL))) {
      generation.submit(four);
      assertThat(generation.emitted()).hasSizeGreaterThanOrEqualTo(four.size() - BACKLOG);
      assertThat(generation.finish()).hasSize(four.size());
    }
  }

  @Test
  void staticBatchStaysWholeAndWaitsUntilTheEngineHasNothingElse() throws Exception {
    List<PredictedRequest> four = prompts.greedy(24).subList(0, 4);
    try (TestingGeneration generation = new TestingGeneration(options(Discipline.STATIC))) {
      generation.submit(four.subList(0, 1));
      generation.submit(four.subList(1, 4));
      assertThat(generation.emitted()).hasSize(1);
      assertThat(generation.finish()).hasSize(four.size());
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void restoredRequestsAreSubmittedAsRoomComes(Discipline discipline) throws Exception {
    List<PredictedRequest> requests = prompts.greedy(LONG);
    List<String> undisturbed = texts(runToEnd(OPTIONS, requests));
    OperatorSubtaskState state;
    try (TestingGeneration generation = new TestingGeneration(OPTIONS)) {
      generation.submit(requests);
      state = generation.snapshot();
    }
    EngineOptions options = options(discipline);
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try (TestingGeneration restored = new TestingGeneration(options, state, 1, 0)) {
      OperatorSubtaskState again = restored.snapshot();
      EngineStatistics statistics = engine.statistics();
      for (int answered = 0; answered < requests.size(); answered++) {
        assertThat(statistics.rowsRunning() + statistics.rowsWaiting())
            .isLessThanOrEqualTo(BACKLOG);
        restored.handleAnswer();
      }
      assertThat(texts(restored.finish())).isEqualTo(undisturbed);
      try (TestingGeneration more = new TestingGeneration(options, again, 1, 0)) {
        assertThat(texts(more.finish())).isEqualTo(undisturbed);
      }
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  private static EngineOptions options(Discipline discipline) {
    return new EngineOptions(
        new Batching(discipline, null, AdmissionOrder.FIFO, 4, 8),
        new Memory(OPTIONS.memory().bytes(), 0.9),
        new Prefill(64, true),
        new Limits(1, BACKLOG));
  }
}
