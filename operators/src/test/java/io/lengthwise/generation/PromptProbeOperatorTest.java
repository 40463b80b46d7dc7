package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.request.GenerationRequest.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lengthwise.generation.probe.PerceptionProbe;
import io.lengthwise.generation.probe.ProbeRunner;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.PromptEncoder;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.prediction.HiddenStateSketch;
import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try") // As TestingProbes.
class PromptProbeOperatorTest {

  private static final int LONG = 3000;

  private final Reference reference;

  PromptProbeOperatorTest() throws IOException {
    reference = Reference.of("smollm");
  }

  @Test
  void hiddenStatesEqualTheReference() throws Exception {
    HiddenStateSketch sketch = new HiddenStateSketch(48);
    try (TestingProbes probes = new TestingProbes(PredictorName.HIDDEN_STATE, OPTIONS)) {
      probes.submit(prompts());
      List<EncodedRequest> probed = probes.finish();
      assertThat(probed).hasSize(reference.prompts().length);
      for (int i = 0; i < probed.size(); i++) {
        float[] expected = sketch.of(reference.hiddenStates(i));
        assertThat(probed.get(i).probeResult()).hasSize(48);
        for (int j = 0; j < 48; j++) {
          assertThat(probed.get(i).probeResult()[j]).isCloseTo(expected[j], within(1e-4f));
        }
        assertThat(probed.get(i).request()).isEqualTo(prompts().get(i).request());
        assertThat(probed.get(i).promptTokens()).isEqualTo(reference.prompts()[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void perceptionIsWhatTheModelAnswersToTheQuestion(Discipline discipline) throws Exception {
    EngineOptions options = TestingGeneration.options(discipline, AdmissionOrder.FIFO, 4096, 4);
    List<EncodedRequest> asked = texts(12);
    List<float[]> expected = perceived(options, asked);
    assertThat(expected).anyMatch(result -> result[0] < TestingProbes.MAX_TOKENS);
    try (TestingProbes probes = new TestingProbes(PredictorName.PERCEPTION, options)) {
      probes.submit(asked);
      List<EncodedRequest> probed = probes.finish();
      assertThat(probed).hasSize(asked.size());
      for (int i = 0; i < probed.size(); i++) {
        assertThat(probed.get(i).probeResult()).as("prompt %d", i).isEqualTo(expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void promptsAreProbedWhileALongAnswerIsGenerated(Discipline discipline) throws Exception {
    EngineOptions options = TestingGeneration.options(discipline, AdmissionOrder.FIFO, 4096, 4);
    Engine engine = Engines.shared().acquire(MODEL, options, EngineUse.ANSWERS, List.of());
    try (TestingGeneration generation = new TestingGeneration(options);
        TestingProbes perception = new TestingProbes(PredictorName.PERCEPTION, options);
        TestingProbes states = new TestingProbes(PredictorName.HIDDEN_STATE, options)) {
      generation.submit(
          TestingGeneration.request("long", reference.prompts()[0], LONG, Sampling.GREEDY));
      for (TestingProbes probes : List.of(perception, states)) {
        probes.submit(texts(1));
        probes.awaitResult();
        assertThat(probes.emitted().get(0).probeResult()).isNotEmpty();
      }
      assertThat(engine.statistics().decodeTokens()).isLessThan(LONG);
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void promptsInFlightAreProbedAgainAfterAFailure(PredictorName predictor) throws Exception {
    List<EncodedRequest> asked = texts(5);
    List<float[]> undisturbed = results(predictor, OPTIONS, asked);
    OperatorSubtaskState state;
    try (TestingProbes probes = new TestingProbes(predictor, OPTIONS)) {
      probes.submit(asked);
      assertThat(probes.emitted()).isEmpty();
      state = probes.snapshot();
    }
    List<EncodedRequest> probed = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 128, 1, 2, subtask);
      try (TestingProbes restored = new TestingProbes(predictor, OPTIONS, share, 2, subtask)) {
        List<EncodedRequest> part = restored.finish();
        assertThat(part).hasSizeBetween(2, 3);
        probed.addAll(part);
      }
    }
    probed.sort(Comparator.comparing(request -> request.request().id()));
    assertThat(probed)
        .extracting(request -> request.request().id())
        .hasSize(5)
        .doesNotHaveDuplicates();
    for (int i = 0; i < probed.size(); i++) {
      assertThat(probed.get(i).probeResult()).isEqualTo(undisturbed.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void fullBacklogTakesNoInputUntilAPromptIsProbed(PredictorName predictor) throws Exception {
    EngineOptions options = TestingProbes.options(64, 2);
    try (TestingProbes probes = new TestingProbes(predictor, options)) {
      probes.submit(texts(2));
      assertThat(probes.emitted()).isEmpty();
      probes.submit(texts(3).get(2));
      assertThat(probes.emitted()).isNotEmpty();
      assertThat(probes.finish()).hasSize(3);
    }
  }

  @Test
  void everythingIsEmittedBeforeTheFinalWatermark() throws Exception {
    try (TestingProbes probes = new TestingProbes(PredictorName.PERCEPTION, OPTIONS)) {
      probes.submit(texts(3));
      List<Object> emitted = probes.endTime();
      assertThat(emitted).hasSize(4);
      assertThat(emitted.get(3)).isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void requestsWhoseDeadlineHasPassedLeaveWithoutAProbe(PredictorName predictor) throws Exception {
    EncodedRequest late = TestingProbes.request("late", reference.prompts()[0], "when?", 1_000);
    try (TestingProbes probes = new TestingProbes(predictor, OPTIONS)) {
      // The deadline has passed only by the engine's clock, which is the real one. The engine finds
      // it before the probe.
      probes.setProcessingTime(0);
      probes.submit(late);
      assertThat(probes.finish().get(0).probeResult()).isEqualTo(withoutProbe(predictor));
      // The deadline has passed by the task's clock. The prompt is not submitted.
      probes.setProcessingTime(1_000);
      probes.submit(late);
      assertThat(probes.emitted()).hasSize(2);
      assertThat(probes.emitted().get(1).probeResult()).isEqualTo(withoutProbe(predictor));
    }
  }

  @Test
  void promptWithoutRoomForTheQuestionCountsAsTheMaximum() throws Exception {
    String tooLong = "a word and ".repeat(30);
    try (TestingProbes probes = new TestingProbes(PredictorName.PERCEPTION, OPTIONS)) {
      probes.submit(TestingProbes.request("long", reference.prompts()[0], tooLong, NO_DEADLINE));
      assertThat(probes.emitted()).hasSize(1);
      assertThat(probes.emitted().get(0).probeResult()).containsExactly(TestingProbes.MAX_TOKENS);
    }
  }

  @Test
  void lastTokensOfALongPromptAreProbed() throws Exception {
    EngineOptions narrow = TestingProbes.options(8, 100);
    int[] prompt = reference.prompts()[2];
    int[] end = Arrays.copyOfRange(prompt, prompt.length - 8, prompt.length);
    List<float[]> results =
        results(
            PredictorName.HIDDEN_STATE,
            narrow,
            List.of(
                TestingProbes.request("a", prompt, "", NO_DEADLINE),
                TestingProbes.request("b", end, "", NO_DEADLINE)));
    assertThat(results.get(0)).hasSize(48).isEqualTo(results.get(1));
  }

  @Test
  void probesAreChargedToTheEngine() throws Exception {
    Engine engine = Engines.shared().acquire(MODEL, OPTIONS, EngineUse.ANSWERS, List.of());
    try {
      engine.model();
      results(PredictorName.HIDDEN_STATE, OPTIONS, prompts());
      int tokens = Arrays.stream(reference.prompts()).mapToInt(prompt -> prompt.length).sum();
      assertThat(engine.statistics().prefillTokens()).isEqualTo(tokens);
      assertThat(engine.statistics().busyNanos()).isPositive();
      results(PredictorName.PERCEPTION, OPTIONS, texts(2));
      assertThat(engine.statistics().decodeTokens()).isBetween(2L, 2L * LengthQuestion.MAX_TOKENS);
    } finally {
      Engines.shared().release(engine, EngineUse.ANSWERS);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void resultsOutsideAJobAreTheSame(PredictorName predictor) throws Exception {
    List<EncodedRequest> asked = texts(12);
    List<EncodedRequest> probed;
    try (CausalLanguageModel model = CausalLanguageModel.open(MODEL, 1)) {
      probed = ProbeRunner.of(model, MODEL, OPTIONS, predictor, asked);
    }
    List<float[]> expected = results(predictor, OPTIONS, asked);
    assertThat(probed).hasSameSizeAs(asked);
    for (int i = 0; i < probed.size(); i++) {
      assertThat(probed.get(i).request()).isEqualTo(asked.get(i).request());
      assertThat(probed.get(i).probeResult()).isEqualTo(expected.get(i));
    }
  }

  @Test
  void predictorWithoutAProbeHasNoOperator() {
    assertThatThrownBy(() -> new PromptProbeOperatorFactory(MODEL, OPTIONS, PredictorName.ONLINE))
        .hasMessageContaining("online asks no model");
  }

  private static float[] withoutProbe(PredictorName predictor) {
    return predictor == PredictorName.PERCEPTION
        ? new float[] {TestingProbes.MAX_TOKENS}
        : new float[0];
  }

  /** The prompts of the reference, as tokens only. */
  private List<EncodedRequest> prompts() {
    List<EncodedRequest> requests = new ArrayList<>();
    for (int i = 0; i < reference.prompts().length; i++) {
      requests.add(TestingProbes.request("" + i, reference.prompts()[i], "", NO_DEADLINE));
    }
    return requests;
  }

  /** Prompts with text. The tiny model answers the question about some of them with a number. */
  private List<EncodedRequest> texts(int count) {
    List<EncodedRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] tokens = reference.prompts()[i % reference.prompts().length];
      requests.add(
          TestingProbes.request(
              "%02d".formatted(i), tokens, "queue ".repeat(i) + (180 + i), NO_DEADLINE));
    }
    return requests;
  }

  private static List<float[]> results(
      PredictorName predictor, EngineOptions options, List<EncodedRequest> requests)
      throws Exception {
    try (TestingProbes probes = new TestingProbes(predictor, options)) {
      probes.submit(requests);
      return probes.finish().stream().map(EncodedRequest::probeResult).toList();
    }
  }

  /** Sends the question as a normal request and parses its answer. */
  private static List<float[]> perceived(EngineOptions options, List<EncodedRequest> requests)
      throws Exception {
    try (TestingGeneration generation = new TestingGeneration(options);
        PromptEncoder encoder = PromptEncoder.open(MODEL, 8)) {
      for (EncodedRequest request : requests) {
        EncodedRequest question = encoder.encode(PerceptionProbe.question(request.request()));
        generation.submit(
            TestingGeneration.request(
                request.request().id(),
                question.promptTokens(),
                LengthQuestion.MAX_TOKENS,
                Sampling.GREEDY));
      }
      return generation.finish().stream()
          .map(GenerationResult::completion)
          .map(
              completion -> LengthQuestion.probeResult(completion.text(), TestingProbes.MAX_TOKENS))
          .toList();
    }
  }
}
