package io.lengthwise.generation;

import static io.lengthwise.generation.ReferenceRequests.DRAWN;
import static io.lengthwise.generation.ReferenceRequests.LONG;
import static io.lengthwise.generation.ReferenceRequests.runToEnd;
import static io.lengthwise.generation.ReferenceRequests.texts;
import static io.lengthwise.generation.TestingGeneration.FEATURES;
import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.generation.TestingGeneration.options;
import static io.lengthwise.generation.TestingGeneration.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.FinishReason;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try") // As TestingGeneration.
class GenerationOperatorTest {

  private final ReferenceRequests prompts;
  private final Reference reference;

  GenerationOperatorTest() throws IOException {
    prompts = ReferenceRequests.read();
    reference = prompts.reference();
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void answersAreTheReferences(Discipline discipline) throws Exception {
    try (TestingGeneration generation =
            new TestingGeneration(options(discipline, AdmissionOrder.FIFO, 2048, 16));
        Tokenizer tokenizer = ModelFiles.tokenizer(reference.folder())) {
      generation.submit(prompts.greedy(24));
      List<GenerationResult> results = generation.finish();
      assertThat(results).hasSize(reference.prompts().length);
      for (int i = 0; i < results.size(); i++) {
        GenerationResult result = results.get(i);
        assertThat(result.completion().text()).isEqualTo(tokenizer.decode(reference.answers()[i]));
        assertThat(result.completion().completionTokens()).isEqualTo(24);
        assertThat(result.completion().promptTokens()).isEqualTo(reference.prompts()[i].length);
        assertThat(result.completion().finishReason()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  @Test
  void answerIsEmittedTheMomentItIsDone() throws Exception {
    try (TestingGeneration generation = new TestingGeneration(OPTIONS)) {
      generation.submit(
          request("long", reference.prompts()[0], LONG, Sampling.GREEDY),
          request("short", reference.prompts()[1], 2, Sampling.GREEDY));
      generation.awaitAnswer();
      assertThat(generation.emitted()).extracting(GenerationResult::id).containsExactly("short");
      generation.finish();
      assertThat(generation.emitted())
          .extracting(GenerationResult::id)
          .containsExactly("short", "long");
    }
  }

  @Test
  void lengthOfEveryAnswerLeavesBesideIt() throws Exception {
    int stop = reference.answers()[0][6];
    Sampling stopping = new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(stop), Map.of());
    try (TestingGeneration generation = new TestingGeneration(OPTIONS)) {
      generation.submit(
          request("whole", reference.prompts()[0], 24, stopping),
          request("at its limit", reference.prompts()[0], 7, stopping),
          request("cut", reference.prompts()[0], 6, stopping));
      generation.finish();
      int prompt = reference.prompts()[0].length;
      assertThat(generation.lengths())
          .extracting(
              CompletedLength::promptTokens, CompletedLength::answerTokens, CompletedLength::cut)
          .containsExactlyInAnyOrder(
              tuple(prompt, 7, false), tuple(prompt, 7, false), tuple(prompt, 6, true));
      assertThat(generation.lengths())
          .allSatisfy(
              length -> {
                assertThat(length.model()).isEqualTo(MODEL.name());
                assertThat(length.features().rows()).isEqualTo(FEATURES);
              });
    }
  }

  @Test
  void requestWithoutAnAnswerHasNoLength() throws Exception {
    try (TestingGeneration generation = new TestingGeneration(OPTIONS)) {
      generation.submit(request("late", reference.prompts()[0], 20, Sampling.GREEDY, 20, 1));
      assertThat(generation.finish()).hasSize(1);
      assertThat(generation.lengths()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "SHORTEST_FIRST", "LEAST_REMAINING"})
  void rowsThatOutgrowTheirSlotsLoseNothing(AdmissionOrder order) throws Exception {
    List<String> roomy = texts(runToEnd(OPTIONS, prompts.greedyAndDrawn()));
    // Each answer has a prediction of 2 tokens and a length of 1,000. The cache holds little more
    // than one.
    List<PredictedRequest> surprising = new ArrayList<>();
    for (PredictedRequest request : prompts.greedyAndDrawn()) {
      surprising.add(
          request(
              request.encoded().request().id(),
              request.encoded().promptTokens(),
              LONG,
              request.encoded().request().sampling(),
              2,
              GenerationRequest.NO_DEADLINE));
    }
    EngineOptions tight = options(Discipline.REFILL, order, 1100, 16);
    Engine engine = Engines.shared().acquire(MODEL, tight, EngineUse.ANSWERS, List.of());
    try {
      assertThat(texts(runToEnd(tight, surprising))).isEqualTo(roomy);
      assertThat(engine.statistics().preemptions()).isPositive();
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @Test
  void requestThatNeverFitsTheCacheIsRefused() throws Exception {
    EngineOptions tight = options(Discipline.REFILL, AdmissionOrder.FIFO, 64, 4);
    List<GenerationResult> results =
        runToEnd(
            tight,
            List.of(
                request("a", reference.prompts()[0], 60, Sampling.GREEDY),
                request("b", reference.prompts()[0], 20, Sampling.GREEDY)));
    assertThat(results.get(0).error().code()).isEqualTo("context_length_exceeded");
    assertThat(results.get(0).error().message())
        .isEqualTo(
            "prompt and max_tokens need 65 tokens of key-value cache, and engine.memory has room"
                + " for 64");
    assertThat(results.get(1).completion().completionTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void requestThatFailsTheEngineIsAnErrorAndItsNeighboursAreAnswered(Discipline discipline)
      throws Exception {
    EngineOptions options = options(discipline, AdmissionOrder.FIFO, 2048, 16);
    List<String> undisturbed = texts(runToEnd(options, prompts.greedy(40)));
    // No model has such a token.
    int[] prompt = {5, 1_000_000, 7};
    List<PredictedRequest> requests = new ArrayList<>(prompts.greedy(40));
    requests.add(2, request("poison", prompt, 40, Sampling.GREEDY));
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try {
      List<GenerationResult> results = runToEnd(options, requests);
      GenerationResult failed = results.remove(results.size() - 1);
      assertThat(failed.id()).isEqualTo("poison");
      assertThat(failed.error().code()).isEqualTo("engine_failure");
      assertThat(failed.error().message()).contains("index 1000000 is out of bounds");
      assertThat(texts(results)).isEqualTo(undisturbed);
      // The same engine continues, with its whole cache.
      assertThat(texts(runToEnd(options, prompts.greedy(40)))).isEqualTo(undisturbed);
      assertThat(engine.hasFailed()).isFalse();
      assertThat(engine.statistics().failedCalls()).isPositive();
      await().until(() -> engine.statistics().freeCells() == engine.statistics().cells());
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void expiredRequestDoesNotRun(Discipline discipline) throws Exception {
    PredictedRequest expired = request("late", reference.prompts()[0], 20, Sampling.GREEDY, 20, 1);
    List<GenerationResult> results =
        runToEnd(options(discipline, AdmissionOrder.FIFO, 2048, 4), List.of(expired));
    assertThat(results).hasSize(1);
    assertThat(results.get(0).error().code()).isEqualTo("deadline_exceeded");
  }

  @Test
  void closedOperatorFreesItsRowsAtOnceAndTheOthersGoOn() throws Exception {
    Engine engine = Engines.shared().acquire(MODEL, OPTIONS, EngineUse.ANSWERS, List.of());
    try (TestingGeneration other = new TestingGeneration(OPTIONS)) {
      TestingGeneration cancelled = new TestingGeneration(OPTIONS);
      cancelled.submit(prompts.greedyAndDrawn());
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> engine.statistics().decodeTokens() > 0);
      other.submit(prompts.greedy(24).get(0));
      cancelled.close();
      assertThat(other.finish()).hasSize(1);
      await().until(() -> engine.statistics().freeCells() == engine.statistics().cells());
      assertThat(engine.statistics().rowsWaiting()).isZero();
      assertThat(engine.statistics().decodeTokens()).isLessThan(8L * LONG);
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @Test
  void staticBatchPadsUntilItsLongestRowHasEnded() throws Exception {
    EngineOptions options = options(Discipline.STATIC, AdmissionOrder.FIFO, 2048, 16);
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try {
      runToEnd(
          options,
          List.of(
              request("a", reference.prompts()[0], 40, Sampling.GREEDY),
              request("b", reference.prompts()[1], 10, Sampling.GREEDY)));
      assertThat(engine.statistics().decodeTokens()).isEqualTo(50);
      assertThat(engine.statistics().decodeSlots()).isEqualTo(80);
      assertThat(engine.statistics().paddingShare()).isEqualTo(1 - 50.0 / 80);
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @Test
  void answersWithPromptLookupAreThoseWithout() throws Exception {
    EngineOptions options = options(Discipline.REFILL, AdmissionOrder.FIFO, 8192, 4);
    EngineStatistics statistics = statisticsOf(options.withLookup(8), prompts.greedy(300));
    assertThat(statistics.acceptedTokens()).isPositive().isLessThan(statistics.draftedTokens());
    assertThat(statistics.paddingShare()).isZero();
    assertThat(texts(runToEnd(options.withLookup(8), prompts.greedy(300))))
        .isEqualTo(texts(runToEnd(options, prompts.greedy(300))));
  }

  @Test
  void manyRowsStaticBatchesAndPenaltiesAreDecodedWithoutLookup() throws Exception {
    EngineOptions refill = options(Discipline.REFILL, AdmissionOrder.FIFO, 8192, 8).withLookup(8);
    EngineOptions batches = options(Discipline.STATIC, AdmissionOrder.FIFO, 8192, 8).withLookup(8);
    // All rows end in the same step.
    List<PredictedRequest> many =
        Collections.nCopies(5, request("many", reference.prompts()[0], 200, Sampling.GREEDY));
    List<PredictedRequest> penalized =
        List.of(request("penalized", reference.prompts()[0], 200, DRAWN));
    assertThat(statisticsOf(refill, many).draftedTokens()).isZero();
    assertThat(statisticsOf(refill, penalized).draftedTokens()).isZero();
    assertThat(statisticsOf(batches, prompts.greedy(200)).draftedTokens()).isZero();
    assertThat(statisticsOf(refill, prompts.greedy(200)).draftedTokens()).isPositive();
  }

  /** The statistics of an engine that has answered requests. */
  private static EngineStatistics statisticsOf(
      EngineOptions options, List<PredictedRequest> requests) throws Exception {
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try {
      runToEnd(options, requests);
      return engine.statistics();
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }
}
