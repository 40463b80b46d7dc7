package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.EncodedRequest;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.BroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class LengthPredictionsTest {

  private static final PredictionOptions ONLINE = new PredictionOptions(PredictorName.ONLINE, 200);
  private static final PredictionOptions CONSTANT =
      new PredictionOptions(PredictorName.CONSTANT, 200);
  private static final EncodedRequest REQUEST = TestingRequests.asking("What is the time?");

  @Test
  void dropsTheTextAndKeepsTheFeatures() throws Exception {
    try (var harness = learning(CONSTANT, 1, 0)) {
      harness.open();
      harness.setProcessingTime(77);
      PredictedRequest predicted = predict(harness);
      assertThat(predicted.encoded().request().messages()).isEmpty();
      assertThat(predicted.encoded().promptTokens()).isEqualTo(REQUEST.promptTokens());
      assertThat(predicted.features().rows()).isEqualTo(new FeatureExtractor().of(REQUEST));
      assertThat(predicted.predictedAt()).isEqualTo(77);
      assertThat(predicted.length().mean(TestingRequests.MAX_TOKENS)).isEqualTo(200);
    }
  }

  @Test
  void learnsFromItsSecondInput() throws Exception {
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.open();
      teach(harness, 100, TestingRequests.MODEL);
      assertThat(predict(harness).length().quantile(0.5, 512)).isBetween(20.0, 45.0);
    }
  }

  @Test
  void modelsLearnByThemselves() throws Exception {
    try (var harness = learning(CONSTANT, 1, 0)) {
      harness.open();
      teach(harness, 100, "another-model");
      assertThat(predict(harness).length().point()).isEqualTo(200);
    }
  }

  @Test
  void ignoresLengthsThatNoPromptCanHaveHad() throws Exception {
    try (var harness = learning(CONSTANT, 1, 0)) {
      harness.open();
      String model = TestingRequests.MODEL;
      harness.processBroadcastElement(completed(null, new int[] {1}, 9), 0);
      harness.processBroadcastElement(completed(model, null, 9), 0);
      harness.processBroadcastElement(completed(model, new int[] {-1}, 9), 0);
      harness.processBroadcastElement(completed(model, new int[] {1 << 16}, 9), 0);
      harness.processBroadcastElement(completed(model, new int[] {1}, 0), 0);
      harness.processBroadcastElement(completed(model, new int[81], 9), 0);
      harness.processBroadcastElement(
          new CompletedLength(model, new PromptFeatures(new int[] {1}), 0, 9, false), 0);
      PromptFeatures unsound = new PromptFeatures(new int[] {1}, new float[] {1, Float.NaN});
      harness.processBroadcastElement(new CompletedLength(model, unsound, 3, 9, false), 0);
      assertThat(predict(harness).length().point()).isEqualTo(200);
      harness.processBroadcastElement(completed(model, new int[] {1}, 9), 0);
      assertThat(predict(harness).length().point()).isEqualTo(9);
    }
  }

  @Test
  void whatWasLearnedIsRestoredOnMoreSubtasksAndOnFewer() throws Exception {
    OperatorSubtaskState one;
    float[] learned;
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.open();
      teach(harness, 100, TestingRequests.MODEL);
      one = harness.snapshot(1, 1);
      learned = predict(harness).length().probabilities();
    }
    OperatorSubtaskState[] two = new OperatorSubtaskState[2];
    for (int subtask = 0; subtask < 2; subtask++) {
      try (var harness = learning(ONLINE, 2, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(one, 128, 1, 2, subtask));
        harness.open();
        assertThat(predict(harness).length().probabilities()).isEqualTo(learned);
        two[subtask] = harness.snapshot(2, 2);
      }
    }
    OperatorSubtaskState both = AbstractStreamOperatorTestHarness.repackageState(two);
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(both, 128, 2, 1, 0));
      harness.open();
      assertThat(predict(harness).length().probabilities()).isEqualTo(learned);
    }
  }

  @Test
  void theConstantInAPredictorsPlaceIsRestoredOnMoreSubtasks() throws Exception {
    OperatorSubtaskState one;
    float[] constant;
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.open();
      // The online predictor's lengths are close, and the constant is exact.
      for (int i = 0; i < AccuracyWindow.SIZE; i++) {
        harness.processBroadcastElement(completed(TestingRequests.MODEL, new int[] {i}, 100), 0);
      }
      constant = predict(harness).length().probabilities();
      assertThat(constant).as("all in one bin").containsOnly(0, 1);
      one = harness.snapshot(1, 1);
    }
    for (int subtask = 0; subtask < 2; subtask++) {
      try (var harness = learning(ONLINE, 2, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(one, 128, 1, 2, subtask));
        harness.open();
        assertThat(predict(harness).length().probabilities()).isEqualTo(constant);
      }
    }
  }

  @Test
  void theStateOfAnotherPredictorIsLeftAside() throws Exception {
    OperatorSubtaskState state;
    try (var harness = learning(CONSTANT, 1, 0)) {
      harness.open();
      teach(harness, 100, TestingRequests.MODEL);
      state = harness.snapshot(1, 1);
    }
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.initializeState(state);
      harness.open();
      assertThat(predict(harness).length().quantile(0.5, 512)).isBetween(180.0, 220.0);
    }
  }

  @Test
  void withoutASecondInputItPredictsWhatTheStateHasLearned() throws Exception {
    OperatorSubtaskState state;
    float[] learned;
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.open();
      teach(harness, 100, TestingRequests.MODEL);
      state = harness.snapshot(1, 1);
      learned = predict(harness).length().probabilities();
    }
    try (var harness =
        new OneInputStreamOperatorTestHarness<EncodedRequest, PredictedRequest>(
            new ProcessOperator<>(new LengthPredictions.Predicting(ONLINE)))) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(REQUEST, 0);
      assertThat(harness.extractOutputValues().get(0).length().probabilities()).isEqualTo(learned);
      state = harness.snapshot(2, 2);
    }
    try (var harness = learning(ONLINE, 1, 0)) {
      harness.initializeState(state);
      harness.open();
      assertThat(predict(harness).length().probabilities()).isEqualTo(learned);
    }
  }

  private static BroadcastOperatorTestHarness<EncodedRequest, CompletedLength, PredictedRequest>
      learning(PredictionOptions options, int parallelism, int subtask) throws Exception {
    BroadcastProcessFunction<EncodedRequest, CompletedLength, PredictedRequest> function =
        new LengthPredictions.PredictingAndLearning(options);
    return new BroadcastOperatorTestHarness<>(
        new CoBroadcastWithNonKeyedOperator<>(function, List.of(ModelPredictors.WEIGHTS)),
        128,
        parallelism,
        subtask);
  }

  /** Learns answers of about 30 tokens. */
  private static void teach(
      BroadcastOperatorTestHarness<EncodedRequest, CompletedLength, PredictedRequest> harness,
      int answers,
      String model)
      throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    int[] features = new FeatureExtractor().of(REQUEST);
    for (int i = 0; i < answers; i++) {
      harness.processBroadcastElement(completed(model, features, random.nextInt(25, 36)), 0);
    }
  }

  private static CompletedLength completed(String model, int[] features, int answerTokens) {
    return new CompletedLength(model, new PromptFeatures(features), 3, answerTokens, false);
  }

  private static PredictedRequest predict(
      BroadcastOperatorTestHarness<EncodedRequest, CompletedLength, PredictedRequest> harness)
      throws Exception {
    harness.processElement(REQUEST, 0);
    var values = harness.extractOutputValues();
    return values.get(values.size() - 1);
  }
}
