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
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The throughput of admission orders when the predictions are useless. */
class HopelessPredictionTest {

  private static final int REQUESTS = 6000;
  private static final int WIDTH = 16;

  /** With little memory, predictions also determine how many rows fit, under any order. */
  private static final int AMPLE_CELLS = 1 << 20;

  /** Prefilling a token takes a fiftieth of a step, so that a repeated prefill is visible. */
  private static final StepCost COST = StepCost.affine(1, 1.0 / 64, 1.0 / 50);

  /** Log-normal with a median of 110 tokens. */
  private static final int[] LENGTHS = lengths(1);

  private static int[] lengths(long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, REQUESTS)
        .map(i -> (int) Math.exp(4.7 + 0.9 * random.nextGaussian()))
        .map(length -> Math.max(1, Math.min(RecordedLoad.CAP, length)))
        .toArray();
  }

  static Stream<Arguments> ordersAndPredictors() {
    return Stream.of(AdmissionOrder.values())
        .flatMap(
            order ->
                Stream.of("nothing learned", "noise", "reversed")
                    .map(predictor -> Arguments.of(order, predictor)));
  }

  @ParameterizedTest
  @MethodSource("ordersAndPredictors")
  void noOrderIsMoreThanThreePercentSlowerThanFifo(AdmissionOrder order, String predictor) {
    assertThat(totalMillis(order, predictor))
        .isLessThanOrEqualTo(1.03 * totalMillis(AdmissionOrder.FIFO, predictor));
  }

  private static double totalMillis(AdmissionOrder order, String predictor) {
    EngineOptions options =
        new EngineOptions(
            new Batching(Discipline.REFILL, null, order, WIDTH, 16),
            new Memory(AMPLE_CELLS, 0.9),
            new Prefill(2048, false),
            new Limits(0, 4096));
    TrialReport report =
        ScheduleTrial.replay(
            COST, options, new RecordedLoad(LENGTHS, prediction(predictor)), TrialListener.NONE);
    assertThat(report.usefulTokens()).isEqualTo(IntStream.of(LENGTHS).sum());
    return report.totalMillis();
  }

  private static IntUnaryOperator prediction(String predictor) {
    int[] noise = lengths(2);
    return switch (predictor) {
      case "nothing learned" -> i -> 128;
      case "noise" -> i -> noise[i];
      case "reversed" -> i -> RecordedLoad.CAP + 1 - LENGTHS[i];
      default -> throw new IllegalArgumentException(predictor);
    };
  }
}
