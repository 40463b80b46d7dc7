package io.lengthwise.generation.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.LengthPredictor;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import org.junit.jupiter.api.Test;

/** The gain of memory by predicted length, compared with memory for {@code max_tokens}. */
class MemoryByPredictionTest {

  private static final int REQUESTS = 400;
  private static final int PROMPT = 32;
  private static final int ANSWER = 128;
  private static final int MAX_TOKENS = 2048;

  /** Room for two rows of the largest length. */
  private static final int CELLS = 2 * (PROMPT + MAX_TOKENS + 32);

  private static final PromptFeatures FEATURES = new PromptFeatures(new int[] {1});

  @Test
  void predictedAnswersAdmitSeveralTimesTheRows() {
    LengthPredictor predictor = PredictorName.ONLINE.create(MAX_TOKENS);
    for (int i = 0; i < 500; i++) {
      predictor.learn(FEATURES, ANSWER, false);
    }
    double[] learned = rowsAndMillis(predictor.predict(FEATURES));
    double[] reserved = rowsAndMillis(LengthDistribution.point(MAX_TOKENS));
    assertThat(learned[0]).isGreaterThanOrEqualTo(3 * reserved[0]);
    assertThat(learned[1]).isLessThan(reserved[1] / 3);
  }

  /** Returns the most rows that decoded together, and the steps of all answers. */
  private static double[] rowsAndMillis(LengthDistribution predicted) {
    // A simulated token takes one byte.
    EngineOptions options =
        new EngineOptions(
            new Batching(Discipline.REFILL, null, AdmissionOrder.FIFO, REQUESTS, 16),
            new Memory(CELLS, 0.9),
            new Prefill(1 << 20, false),
            new Limits(0, REQUESTS));
    double[] most = {0};
    TrialReport report =
        ScheduleTrial.replay(
            StepCost.affine(1, 0, 0),
            options,
            new Load(predicted),
            (millis, answered, rows) -> most[0] = Math.max(most[0], rows));
    return new double[] {most[0], report.totalMillis()};
  }

  private record Load(LengthDistribution predicted) implements TrialLoad {

    @Override
    public int size() {
      return REQUESTS;
    }

    @Override
    public double arrival(int request) {
      return 0;
    }

    @Override
    public PredictedRequest predicted(int request) {
      GenerationRequest asked = TrialLoad.request(request, 0, Sampling.GREEDY, MAX_TOKENS);
      return new PredictedRequest(
          ScheduleTrial.recorded(asked, PROMPT, ANSWER), predicted, FEATURES, 0);
    }

    @Override
    public void answered(PredictedRequest request, int tokens, boolean cut) {
      assertThat(tokens).isEqualTo(ANSWER);
    }
  }
}
