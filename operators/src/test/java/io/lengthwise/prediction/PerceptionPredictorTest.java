package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PerceptionPredictorTest {

  private final LengthPredictor predictor = PredictorName.PERCEPTION.create(200);

  @Test
  void predictsWhatTheModelSaid() {
    assertThat(predict(125).mean(512)).isEqualTo(125);
    assertThat(predict(12.6f).mean(512)).isEqualTo(13);
    assertThat(predict(1).mean(512)).isEqualTo(1);
    assertThat(predict(1_000_000).mean(512)).isEqualTo(512);
  }

  @Test
  void predictsTheMaximumWhereTheModelSaidNothing() {
    assertThat(predict(LengthQuestion.maximum(300)).mean(300)).isEqualTo(300);
    assertThat(predict().mean(300)).isEqualTo(300);
    assertThat(predict().remainingMean(100, 4_000)).isEqualTo(3_900);
  }

  @Test
  void learnsNothingButCounts() {
    predictor.learn(said(100), 7, false);
    assertThat(predict(100).mean(512)).isEqualTo(100);
    LengthPredictor restored = PredictorName.PERCEPTION.create(200);
    restored.restore(predictor.snapshot());
    assertThat(restored.completions()).isOne();
  }

  @Test
  void refusesTheWeightsOfAnotherPredictor() {
    PredictorWeights weights = PredictorName.CONSTANT.create(9).snapshot();
    assertThatThrownBy(() -> predictor.restore(weights)).hasMessageContaining("constant");
  }

  private LengthDistribution predict(float... probeResult) {
    return predictor.predict(said(probeResult));
  }

  private static PromptFeatures said(float... probeResult) {
    return new PromptFeatures(new int[] {1, 2}, probeResult);
  }
}
