package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.batching.LengthBuckets;
import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.Completion;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Static batches on a device without a model. The id of a request is its predicted length. */
class StaticScheduleTest {

  private static final int MAX_TOKENS = 512;
  private static final int PROMPT = 3;

  /** Batches of 2 rows, and of 4 rows for answers of at most 50 tokens. */
  private static final SequenceOptions PAPER =
      new SequenceOptions(
          true, true, Recomputation.CONTINUE, 0, 8, 2, LengthBuckets.parse("50:4,512:2"));

  private final TestingAccelerator accelerator = new TestingAccelerator();
  private final EngineStatistics statistics = new EngineStatistics();
  private final List<GenerationResult> results = new ArrayList<>();
  private RowDevice device;
  private StaticSchedule schedule;

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

  @Test
  void requestWhoseDeadlinePassesWhileItWaitsDoesNotRun() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(row(400, 300)));
    schedule.add(rows(of(pending(expiring("10", 100))), row(20, 7)));
    run();
    assertThat(accelerator.decoded).containsExactly("1 rows, 300 steps", "1 rows, 7 steps");
    assertThat(results.get(1).error().code()).isEqualTo("deadline_exceeded");
  }

  @Test
  void requestThatHasBegunIsFinishedWhateverItsDeadline() {
    start(PAPER.with(true, true, Recomputation.RESTART), 16, 10_000);
    Row begun = of(pending(expiring("10", 60)));
    schedule.add(rows(begun, row(20, 20), row(400, 300)));
    run();
    assertThat(accelerator.decoded)
        .containsExactly("2 rows, 50 steps", "1 rows, 300 steps", "1 rows, 60 steps");
    assertThat(results).noneMatch(GenerationResult::isError);
  }

  @Test
  void restoredRowsWithMoreTokensThanTheirPredictionGoOn() {
    start(PAPER, 16, 10_000);
    schedule.add(rows(restored("10", 300, 120), restored("400", 390, 7), restored("20", 200, 2)));
    run();
    assertThat(accelerator.decoded.stream().mapToInt(StaticScheduleTest::steps))
        .allMatch(s -> s > 0);
    assertThat(results)
        .extracting(result -> result.completion().completionTokens())
        .containsExactlyInAnyOrder(300, 390, 200);
    assertThat(results)
        .extracting(result -> result.completion().continuedTokens())
        .containsExactlyInAnyOrder(120, 7, 2);
    assertThat(statistics.cappedRows()).isEqualTo(1);
  }

  @Test
  void restoredRowThatHasEndedTouchesNothing() {
    start(PAPER, 16, 10_000);
    int[] all = {1, 2, TestingAccelerator.END};
    schedule.add(rows(of(new PendingRequest(request("10", 3, 10, MAX_TOKENS, 0), 0, 1, all))));
    run();
    assertThat(accelerator.decoded).isEmpty();
    assertThat(results.get(0).completion().completionTokens()).isEqualTo(3);
  }

  @Test
  void restartedRowContinuesFromNothing() {
    start(PAPER.with(true, true, Recomputation.RESTART), 16, 10_000);
    schedule.add(rows(restored("10", 60, 4)));
    run();
    assertThat(accelerator.decoded).containsExactly("1 rows, 46 steps", "1 rows, 60 steps");
    assertThat(results.get(0).completion().continuedTokens()).isZero();
  }

  @Test
  void cancelledRowsAreDroppedWhereverTheyAre() {
    start(PAPER, 16, 10_000);
    Row toFail = row(10, 60);
    Row failing = row(20, 70);
    Row planned = row(390, 380);
    Row waiting = row(10, 10);
    schedule.add(rows(toFail, failing, planned, row(400, 300)));
    schedule.add(rows(waiting));
    schedule.advance();
    schedule.advance();
    assertThat(accelerator.decoded).containsExactly("2 rows, 50 steps");
    toFail.cancel();
    planned.cancel();
    waiting.cancel();
    schedule.dropCancelled();
    assertThat(statistics.rowsWaiting()).isEqualTo(2);
    run();
    assertThat(ids()).containsExactly("400", "20");
    assertThat(accelerator.decoded)
        .containsExactly("2 rows, 50 steps", "1 rows, 300 steps", "1 rows, 20 steps");
  }

  @Test
  void batchEndsWhenOnlyCancelledRowsAreLeftInIt() {
    start(PAPER, 16, 10_000, 8);
    Row cancelled = row(10, 60);
    schedule.add(rows(cancelled, row(20, 8)));
    schedule.advance();
    schedule.advance();
    assertThat(ids()).containsExactly("20");
    cancelled.cancel();
    schedule.dropCancelled();
    assertThat(schedule.isIdle()).isTrue();
    assertThat(statistics.freeCells()).isEqualTo(10_000);
    assertThat(statistics.cappedRows()).isZero();
  }

  private void start(SequenceOptions sequence, int width, int cells) {
    start(sequence, width, cells, 1000);
  }

  private void start(SequenceOptions sequence, int width, int cells, int segmentSteps) {
    EngineOptions options =
        new EngineOptions(
            new Batching(Discipline.STATIC, sequence, AdmissionOrder.FIFO, width, segmentSteps),
            new Memory(cells, 0.9),
            new Prefill(1000, false),
            new Limits(1, 1000));
    device = Schedule.device(accelerator, options, statistics);
    schedule = new StaticSchedule(device, options, statistics);
  }

  private void run() {
    for (int cycles = 0; !schedule.isIdle(); cycles++) {
      assertThat(cycles).as("cycles").isLessThan(1000);
      schedule.advance();
    }
    assertThat(device.freeCells()).isEqualTo(device.cells());
    assertThat(statistics.rowsWaiting()).isZero();
    assertThat(statistics.rowsRunning()).isZero();
  }

  private static List<Row> rows(Row... rows) {
    return List.of(rows);
  }

  private Row row(int predicted, int length) {
    return of(pending(request("" + predicted, length, predicted, MAX_TOKENS, 0)));
  }

  private Row restored(String predicted, int length, int tokens) {
    PredictedRequest request =
        request(predicted, length, Integer.parseInt(predicted), MAX_TOKENS, 0);
    int[] generated = IntStream.rangeClosed(1, tokens).toArray();
    return of(new PendingRequest(request, 0, 1, generated));
  }

  private Row of(PendingRequest request) {
    return new Row(
        request, TestingAccelerator.VOCABULARY, row -> results.add(row.outcome().result()));
  }

  private static PendingRequest pending(PredictedRequest request) {
    return new PendingRequest(request, 0, 1, new int[0]);
  }

  private static PredictedRequest expiring(String id, int length) {
    return request(id, length, Integer.parseInt(id), MAX_TOKENS, 0, 30);
  }

  private static PredictedRequest request(
      String id, int length, int predicted, int maxTokens, int priority) {
    return request(id, length, predicted, maxTokens, priority, GenerationRequest.NO_DEADLINE);
  }

  private static PredictedRequest request(
      String id, int length, int predicted, int maxTokens, int priority, long deadline) {
    GenerationRequest request =
        new GenerationRequest(
            id,
            new Origin("requests", 0, 0, null, List.of(), 0),
            Endpoint.COMPLETIONS,
            "none",
            List.of(),
            null,
            Sampling.GREEDY,
            maxTokens,
            priority,
            deadline);
    int[] prompt = new int[PROMPT];
    prompt[0] = length;
    return new PredictedRequest(
        new EncodedRequest(request, prompt),
        LengthDistribution.point(predicted),
        new PromptFeatures(new int[0]),
        0);
  }

  private List<String> ids() {
    return results.stream().map(GenerationResult::id).toList();
  }

  private static int steps(String decoded) {
    return Integer.parseInt(decoded.split("[ ,]+")[2]);
  }
}
