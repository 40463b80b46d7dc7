package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.request.GenerationResult;
import org.junit.jupiter.api.Test;

/** Static batches with deadlines, with restored rows and with cancelled rows. */
class StaticScheduleRowsTest extends StaticScheduleFixture {

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
    assertThat(accelerator.decoded.stream().mapToInt(StaticScheduleRowsTest::steps))
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

  private static int steps(String decoded) {
    return Integer.parseInt(decoded.split("[ ,]+")[2]);
  }
}
