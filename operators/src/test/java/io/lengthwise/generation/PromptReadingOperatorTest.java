package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.request.GenerationRequest.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lengthwise.generation.probe.PerceptionReader;
import io.lengthwise.generation.probe.PromptReadings;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.PromptEncoder;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.prediction.HiddenStateReading;
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

@SuppressWarnings("try") // As TestingReading.
class PromptReadingOperatorTest {

  private static final int LONG = 3000;

  private final Reference reference;

  PromptReadingOperatorTest() throws IOException {
    reference = Reference.of("smollm");
  }

  @Test
  void hiddenStatesAreTheReferences() throws Exception {
    HiddenStateReading sketch = new HiddenStateReading(48);
    try (TestingReading reading = new TestingReading(PredictorName.HIDDEN_STATE, OPTIONS)) {
      reading.submit(prompts());
      List<EncodedRequest> read = reading.finish();
      assertThat(read).hasSize(reference.prompts().length);
      for (int i = 0; i < read.size(); i++) {
        float[] expected = sketch.of(reference.hiddenStates(i));
        assertThat(read.get(i).reading()).hasSize(48);
        for (int j = 0; j < 48; j++) {
          assertThat(read.get(i).reading()[j]).isCloseTo(expected[j], within(1e-4f));
        }
        assertThat(read.get(i).request()).isEqualTo(prompts().get(i).request());
        assertThat(read.get(i).promptTokens()).isEqualTo(reference.prompts()[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void perceptionIsWhatTheModelAnswersToTheQuestion(Discipline discipline) throws Exception {
    EngineOptions options = TestingGeneration.options(discipline, AdmissionOrder.FIFO, 4096, 4);
    List<EncodedRequest> asked = texts(12);
    List<float[]> expected = perceived(options, asked);
    assertThat(expected).anyMatch(reading -> reading[0] < TestingReading.MAX_TOKENS);
    try (TestingReading reading = new TestingReading(PredictorName.PERCEPTION, options)) {
      reading.submit(asked);
      List<EncodedRequest> read = reading.finish();
      assertThat(read).hasSize(asked.size());
      for (int i = 0; i < read.size(); i++) {
        assertThat(read.get(i).reading()).as("prompt %d", i).isEqualTo(expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void promptsAreReadWhileALongAnswerIsGenerated(Discipline discipline) throws Exception {
    EngineOptions options = TestingGeneration.options(discipline, AdmissionOrder.FIFO, 4096, 4);
    Engine engine = Engines.acquire(MODEL, options);
    try (TestingGeneration generation = new TestingGeneration(options);
        TestingReading perception = new TestingReading(PredictorName.PERCEPTION, options);
        TestingReading states = new TestingReading(PredictorName.HIDDEN_STATE, options)) {
      generation.submit(
          TestingGeneration.request("long", reference.prompts()[0], LONG, Sampling.GREEDY));
      for (TestingReading reading : List.of(perception, states)) {
        reading.submit(texts(1));
        reading.awaitReading();
        assertThat(reading.emitted().get(0).reading()).isNotEmpty();
      }
      assertThat(engine.statistics().decodeTokens()).isLessThan(LONG);
    } finally {
      Engines.release(engine);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void whatIsInFlightIsAskedAgainAfterAFailure(PredictorName predictor) throws Exception {
    List<EncodedRequest> asked = texts(5);
    List<float[]> undisturbed = readings(predictor, OPTIONS, asked);
    OperatorSubtaskState state;
    try (TestingReading reading = new TestingReading(predictor, OPTIONS)) {
      reading.submit(asked);
      assertThat(reading.emitted()).isEmpty();
      state = reading.snapshot();
    }
    List<EncodedRequest> read = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      OperatorSubtaskState share =
          AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 128, 1, 2, subtask);
      try (TestingReading restored = new TestingReading(predictor, OPTIONS, share, 2, subtask)) {
        List<EncodedRequest> part = restored.finish();
        assertThat(part).hasSizeBetween(2, 3);
        read.addAll(part);
      }
    }
    read.sort(Comparator.comparing(request -> request.request().id()));
    assertThat(read)
        .extracting(request -> request.request().id())
        .hasSize(5)
        .doesNotHaveDuplicates();
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i).reading()).isEqualTo(undisturbed.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void fullBacklogTakesNoInputUntilAPromptIsRead(PredictorName predictor) throws Exception {
    EngineOptions options = TestingReading.options(64, 2);
    try (TestingReading reading = new TestingReading(predictor, options)) {
      reading.submit(texts(2));
      assertThat(reading.emitted()).isEmpty();
      reading.submit(texts(3).get(2));
      assertThat(reading.emitted()).isNotEmpty();
      assertThat(reading.finish()).hasSize(3);
    }
  }

  @Test
  void everythingLeavesBeforeTheEndOfTime() throws Exception {
    try (TestingReading reading = new TestingReading(PredictorName.PERCEPTION, OPTIONS)) {
      reading.submit(texts(3));
      List<Object> emitted = reading.endTime();
      assertThat(emitted).hasSize(4);
      assertThat(emitted.get(3)).isEqualTo(Watermark.MAX_WATERMARK);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void requestsWhoseDeadlineHasPassedLeaveUnread(PredictorName predictor) throws Exception {
    EncodedRequest late = TestingReading.request("late", reference.prompts()[0], "when?", 1_000);
    try (TestingReading reading = new TestingReading(predictor, OPTIONS)) {
      // Past only by the engine's clock, which is the real one: found when it would be read.
      reading.setProcessingTime(0);
      reading.submit(late);
      assertThat(reading.finish().get(0).reading()).isEqualTo(unasked(predictor));
      // Past by the task's clock: not asked at all.
      reading.setProcessingTime(1_000);
      reading.submit(late);
      assertThat(reading.emitted()).hasSize(2);
      assertThat(reading.emitted().get(1).reading()).isEqualTo(unasked(predictor));
    }
  }

  @Test
  void promptWithoutRoomForTheQuestionCountsAsTheMaximum() throws Exception {
    String tooLong = "a word and ".repeat(30);
    try (TestingReading reading = new TestingReading(PredictorName.PERCEPTION, OPTIONS)) {
      reading.submit(TestingReading.request("long", reference.prompts()[0], tooLong, NO_DEADLINE));
      assertThat(reading.emitted()).hasSize(1);
      assertThat(reading.emitted().get(0).reading()).containsExactly(TestingReading.MAX_TOKENS);
    }
  }

  @Test
  void ofALongPromptTheLastTokensAreRead() throws Exception {
    EngineOptions narrow = TestingReading.options(8, 100);
    int[] prompt = reference.prompts()[2];
    int[] end = Arrays.copyOfRange(prompt, prompt.length - 8, prompt.length);
    List<float[]> readings =
        readings(
            PredictorName.HIDDEN_STATE,
            narrow,
            List.of(
                TestingReading.request("a", prompt, "", NO_DEADLINE),
                TestingReading.request("b", end, "", NO_DEADLINE)));
    assertThat(readings.get(0)).hasSize(48).isEqualTo(readings.get(1));
  }

  @Test
  void readingIsChargedToTheEngine() throws Exception {
    Engine engine = Engines.acquire(MODEL, OPTIONS);
    try {
      engine.model();
      readings(PredictorName.HIDDEN_STATE, OPTIONS, prompts());
      int tokens = Arrays.stream(reference.prompts()).mapToInt(prompt -> prompt.length).sum();
      assertThat(engine.statistics().prefillTokens()).isEqualTo(tokens);
      assertThat(engine.statistics().busyNanos()).isPositive();
      readings(PredictorName.PERCEPTION, OPTIONS, texts(2));
      assertThat(engine.statistics().decodeTokens()).isBetween(2L, 2L * LengthQuestion.MAX_TOKENS);
    } finally {
      Engines.release(engine);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PredictorName.class,
      names = {"PERCEPTION", "HIDDEN_STATE"})
  void outsideAJobTheSameIsRead(PredictorName predictor) throws Exception {
    List<EncodedRequest> asked = texts(12);
    List<EncodedRequest> read;
    try (CausalLanguageModel model = CausalLanguageModel.open(MODEL, 1)) {
      read = PromptReadings.of(model, MODEL, OPTIONS, predictor, asked);
    }
    List<float[]> expected = readings(predictor, OPTIONS, asked);
    assertThat(read).hasSameSizeAs(asked);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i).request()).isEqualTo(asked.get(i).request());
      assertThat(read.get(i).reading()).isEqualTo(expected.get(i));
    }
  }

  @Test
  void predictorThatAsksNothingHasNoOperator() {
    assertThatThrownBy(() -> new PromptReadingOperatorFactory(MODEL, OPTIONS, PredictorName.ONLINE))
        .hasMessageContaining("online asks no model");
  }

  private static float[] unasked(PredictorName predictor) {
    return predictor == PredictorName.PERCEPTION
        ? new float[] {TestingReading.MAX_TOKENS}
        : new float[0];
  }

  /** The reference's prompts, of which only the tokens are known. */
  private List<EncodedRequest> prompts() {
    List<EncodedRequest> requests = new ArrayList<>();
    for (int i = 0; i < reference.prompts().length; i++) {
      requests.add(TestingReading.request("" + i, reference.prompts()[i], "", NO_DEADLINE));
    }
    return requests;
  }

  /** To the questions behind some of these the tiny model answers with a number. */
  private List<EncodedRequest> texts(int count) {
    List<EncodedRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] tokens = reference.prompts()[i % reference.prompts().length];
      requests.add(
          TestingReading.request(
              "%02d".formatted(i), tokens, "queue ".repeat(i) + (180 + i), NO_DEADLINE));
    }
    return requests;
  }

  private static List<float[]> readings(
      PredictorName predictor, EngineOptions options, List<EncodedRequest> requests)
      throws Exception {
    try (TestingReading reading = new TestingReading(predictor, options)) {
      reading.submit(requests);
      return reading.finish().stream().map(EncodedRequest::reading).toList();
    }
  }

  /** The question put as a request of its own, and its answer read. */
  private static List<float[]> perceived(EngineOptions options, List<EncodedRequest> requests)
      throws Exception {
    try (TestingGeneration generation = new TestingGeneration(options);
        PromptEncoder encoder = PromptEncoder.open(MODEL, 8)) {
      for (EncodedRequest request : requests) {
        EncodedRequest question = encoder.encode(PerceptionReader.question(request.request()));
        generation.submit(
            TestingGeneration.request(
                request.request().id(),
                question.promptTokens(),
                LengthQuestion.MAX_TOKENS,
                Sampling.GREEDY));
      }
      return generation.finish().stream()
          .map(GenerationResult::completion)
          .map(completion -> LengthQuestion.reading(completion.text(), TestingReading.MAX_TOKENS))
          .toList();
    }
  }
}
