package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.device.Row;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.Completion;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Static batches: their members, caps and order. */
class StaticScheduleTest extends StaticScheduleFixture {

  @Test
  void microBatchIsOneBatchWithoutACapWhereNothingIsScheduled() {
    start(null, 16, 10_000);
    schedule.add(rows(row(10, 300), row(20, 5)));
    schedule.add(rows(row(10, 7)));
    run();
    assertThat(accelerator.decoded).containsExactly("2 rows, 300 steps", "1 rows, 7 steps");
    assertThat(ids()).containsExactly("10", "20", "10");
    assertThat(statistics.batches()).isEqualTo(2);
    assertThat(statistics.cappedRows()).isZero();
    assertThat(statistics.decodeSlots()).isEqualTo(607);
  }

  @Test
  void groupIsSplitIntoBatchesWithTheirCaps() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(row(400, 390), row(10, 9), row(20, 20), row(390, 100), row(30, 50)));
    run();
    assertThat(accelerator.decoded).containsExactly("3 rows, 50 steps", "2 rows, 390 steps");
    assertThat(ids()).containsExactly("10", "20", "30", "390", "400");
    assertThat(results)
        .extracting(result -> result.completion().bucket())
        .containsExactly(50, 50, 50, 400, 400);
    assertThat(statistics.cappedRows()).isZero();
  }

  @Test
  void rowsThatReachTheirCapContinueAfterTheGroup() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(row(10, 60), row(20, 20), row(30, 51), row(40, 300), row(400, 390)));
    schedule.add(rows(row(10, 10)));
    run();
    assertThat(accelerator.decoded)
        .containsExactly(
            "4 rows, 50 steps",
            "1 rows, 390 steps",
            "2 rows, 10 steps",
            "1 rows, 250 steps",
            "1 rows, 10 steps");
    assertThat(ids()).containsExactly("20", "400", "10", "30", "40", "10");
    assertThat(statistics.batches()).isEqualTo(5);
    assertThat(statistics.cappedRows()).isEqualTo(3);
    assertThat(statistics.cappedSlots()).isEqualTo(150);
    assertThat(statistics.decodeTokens()).isEqualTo(60 + 20 + 51 + 300 + 390 + 10);
    // All but the last token of a row's prompt and answer so far.
    assertThat(accelerator.prefilled).isEqualTo(6 * 2 + 3 * 52);
  }

  @Test
  void rowsThatReachTheirCapStartAgainFromTheirPrompts() {
    start(PAPER.with(true, true, Recomputation.RESTART), 16, 10_000);
    schedule.add(rows(row(10, 60), row(20, 20), row(30, 51)));
    run();
    assertThat(accelerator.decoded).containsExactly("3 rows, 50 steps", "2 rows, 60 steps");
    assertThat(statistics.decodeTokens()).isEqualTo(50 + 20 + 50 + 60 + 51);
    assertThat(statistics.cappedRows()).isEqualTo(2);
    assertThat(accelerator.prefilled).isEqualTo(5 * 2);
    Completion completion = results.get(1).completion();
    assertThat(completion.text()).isEqualTo("59 tokens");
    assertThat(completion.completionTokens()).isEqualTo(60);
    assertThat(completion.bucket()).isEqualTo(50);
  }

  @Test
  void withoutRecomputationABatchDecodesUntilItsLongestRowHasEnded() {
    start(PAPER.with(true, true, Recomputation.NONE), 16, 10_000);
    schedule.add(rows(row(10, 60), row(20, 20)));
    run();
    assertThat(accelerator.decoded).containsExactly("2 rows, 60 steps");
    assertThat(results).extracting(result -> result.completion().bucket()).containsOnly(50);
  }

  @Test
  void requestsOwnMaximumEndsItsAnswerBelowTheCap() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(of(pending(request("10", 100, 10, 12, 0)))));
    run();
    assertThat(accelerator.decoded).containsExactly("1 rows, 12 steps");
    assertThat(results.get(0).completion().completionTokens()).isEqualTo(12);
    assertThat(statistics.cappedRows()).isZero();
  }

  @Test
  void quantileOfThePredictionMayDecide() {
    SequenceOptions cautious =
        new SequenceOptions(true, true, Recomputation.CONTINUE, 0.9, 8, 2, PAPER.sizes());
    float[] probabilities = new float[LengthDistribution.BINS];
    probabilities[8] = 0.8f;
    probabilities[22] = 0.2f;
    LengthDistribution wide = new LengthDistribution(probabilities);
    PredictedRequest request = request("wide", 5, 1, MAX_TOKENS, 0);
    PredictedRequest uncertain =
        new PredictedRequest(request.encoded(), wide, request.features(), 0);
    start(PAPER, 16, 10_000);
    schedule.add(rows(of(pending(uncertain))));
    run();
    start(cautious, 16, 10_000);
    schedule.add(rows(of(pending(uncertain))));
    run();
    assertThat(wide.mean(MAX_TOKENS)).isBetween(50.0, 100.0);
    assertThat(wide.quantile(0.9, MAX_TOKENS)).isBetween(250.0, 300.0);
    assertThat(results)
        .extracting(result -> result.completion().bucket())
        .containsExactly(100, 300);
  }

  @Test
  void groupWithTheHighestPriorityIsNextThenTheOldest() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(row(10, 1)));
    schedule.add(rows(row(20, 2)));
    schedule.add(rows(row(30, 3), of(pending(request("31", 4, 31, MAX_TOKENS, 1)))));
    schedule.add(rows(row(40, 5)));
    run();
    assertThat(ids()).containsExactly("30", "31", "10", "20", "40");
  }

  @Test
  void whatComesAtOnceIsCutIntoGroups() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(IntStream.rangeClosed(1, 9).mapToObj(i -> row(10, i)).toArray(Row[]::new)));
    run();
    assertThat(accelerator.decoded)
        .containsExactly("4 rows, 4 steps", "4 rows, 8 steps", "1 rows, 9 steps");
  }

  @Test
  void batchThatIsWiderThanTheDeviceRunsAsSeveral() {
    start(PAPER, 3, 10_000);
    schedule.add(rows(row(10, 1), row(11, 2), row(12, 3), row(13, 4)));
    run();
    assertThat(accelerator.decoded).containsExactly("3 rows, 3 steps", "1 rows, 4 steps");
    assertThat(statistics.batches()).isEqualTo(2);
  }

  @Test
  void rowNeedsRoomForItsCapOnly() {
    start(PAPER, 16, 4 * 64);
    schedule.add(rows(row(10, 1), row(11, 2), row(12, 3), row(13, 4)));
    run();
    assertThat(accelerator.decoded).containsExactly("4 rows, 4 steps");
    assertThat(statistics.freeCells()).isEqualTo(4 * 64);
  }
}
