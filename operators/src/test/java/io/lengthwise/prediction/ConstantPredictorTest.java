package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConstantPredictorTest {

  private static final PromptFeatures NO_FEATURES = new PromptFeatures(new int[] {});

  @Test
  void predictsTheInitialLengthBeforeItHasSeenAny() {
    assertThat(new ConstantPredictor(200).predict(NO_FEATURES).point()).isEqualTo(200);
  }

  @Test
  void predictsTheMedianOfTheLatestLengths() {
    SplittableRandom random = new SplittableRandom(1);
    int[] lengths = random.ints(2_500, 1, 300).toArray();
    ConstantPredictor predictor = new ConstantPredictor(200);
    for (int seen = 1; seen <= lengths.length; seen++) {
      predictor.learn(NO_FEATURES, lengths[seen - 1], false);
      int first = Math.max(0, seen - ConstantPredictor.LATEST);
      int[] latest = Arrays.copyOfRange(lengths, first, seen);
      Arrays.sort(latest);
      assertThat(predictor.predict(NO_FEATURES).point()).isEqualTo(latest[latest.length / 2]);
    }
  }

  @Test
  void continuesFromASnapshot() {
    SplittableRandom random = new SplittableRandom(2);
    ConstantPredictor original = new ConstantPredictor(200);
    ConstantPredictor restored = new ConstantPredictor(7);
    random.ints(1_700, 1, 300).forEach(length -> original.learn(NO_FEATURES, length, false));
    restored.restore(original.snapshot());
    for (int i = 0; i < 1_500; i++) {
      int length = random.nextInt(300, 900);
      original.learn(NO_FEATURES, length, false);
      restored.learn(NO_FEATURES, length, false);
      assertThat(restored.predict(NO_FEATURES)).isEqualTo(original.predict(NO_FEATURES));
    }
    assertThat(restored.completions()).isEqualTo(3_200);
  }

  @Test
  void refusesTheWeightsOfAnotherPredictor() {
    PredictorWeights weights = new OnlineLengthPredictor(100).snapshot();
    assertThatThrownBy(() -> new ConstantPredictor(100).restore(weights))
        .hasMessageContaining("constant predictor cannot restore the weights of online");
  }
}
