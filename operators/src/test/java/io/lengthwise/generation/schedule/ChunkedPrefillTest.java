package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.TestingGeneration;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.SimulatedTime;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.Sampling;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Chunked prefill, on a device without a model. */
class ChunkedPrefillTest {

  private static final int CHUNK = 100;
  private static final int SEGMENT = 8;
  private static final long PREFILL_NANOS = 1000;

  private final TestingAccelerator accelerator = new TestingAccelerator();
  private final EngineStatistics statistics = new EngineStatistics();
  private final EngineOptions options =
      new EngineOptions(
          new Batching(Discipline.REFILL, null, AdmissionOrder.FIFO, 16, SEGMENT),
          new Memory(10_000, 0.9),
          new Prefill(CHUNK, false),
          new Limits(1, 1000));
  private final RowDevice device =
      Schedule.device(new SimulatedTime(accelerator, PREFILL_NANOS), options, statistics);
  private final Schedule schedule =
      new RefillSchedule(device, new Tuning(options, StepCost.GUESS), statistics);

  @Test
  void longPromptTakesTurnsWithTheSegmentsOfTheRowsThatRun() {
    Row running = row(10, 400);
    Row joining = row(351, 20);
    schedule.add(List.of(running));
    schedule.advance();
    assertThat(running.generated()).isEqualTo(SEGMENT);

    schedule.add(List.of(joining));
    for (int cycle = 1; cycle <= 3; cycle++) {
      schedule.advance();
      assertThat(joining.held()).isEqualTo(cycle * CHUNK);
      // Half of the rows decode, so their segment has half of the steps.
      assertThat(running.generated()).isEqualTo(SEGMENT + cycle * SEGMENT / 2);
      assertThat(joining.generated()).isZero();
    }
    schedule.advance();
    assertThat(statistics.prefillTokens()).isEqualTo(9 + 350);
    assertThat(joining.generated()).isEqualTo(SEGMENT);
  }

  @Test
  void longestGapIsTheTimeOfTheLargestChunkThatARunningRowWaitedFor() {
    schedule.add(List.of(row(10, 400)));
    schedule.advance();
    assertThat(statistics.longestGapNanos()).isZero();
    schedule.add(List.of(row(351, 20)));
    schedule.advance();
    assertThat(statistics.longestGapNanos()).isEqualTo(CHUNK * PREFILL_NANOS);
    while (!schedule.isIdle()) {
      schedule.advance();
    }
    // A pause in which no row waits is no gap.
    schedule.add(List.of(row(2000, 20)));
    while (!schedule.isIdle()) {
      schedule.advance();
    }
    assertThat(statistics.longestGapNanos()).isEqualTo(CHUNK * PREFILL_NANOS);
  }

  @Test
  void fewRowsDoNotHoldUpThePromptsOfMany() {
    Row first = row(10, 400);
    Row[] rows = new Row[15];
    Arrays.setAll(rows, i -> row(CHUNK + 1, 20));
    schedule.add(List.of(first));
    schedule.advance();
    schedule.add(List.of(rows));
    schedule.advance();
    assertThat(first.generated()).isEqualTo(SEGMENT + 1);
  }

  @Test
  void shortPromptsGoFirstInTheHalfOfAChunkThatTheOldestLeaves() {
    Row longer = admitted(301);
    Row[] shorter = {admitted(21), admitted(21), admitted(21)};
    prefill(longer, shorter);
    assertThat(longer.held()).isEqualTo(50);
    assertThat(shorter).extracting(Row::held).containsExactly(20, 20, 10);
    prefill(longer, shorter);
    assertThat(longer.held()).isEqualTo(50 + 90);
    assertThat(shorter).allMatch(Row::isPrefilled);
  }

  @Test
  void longPromptIsNotHeldUpForEverByShortOnes() {
    Row longer = admitted(301);
    for (int cycle = 0; cycle < 5; cycle++) {
      assertThat(longer.held()).isEqualTo(cycle * CHUNK / 2);
      prefill(longer, admitted(101), admitted(101));
    }
    assertThat(longer.isPrefilled()).isTrue();
  }

  @Test
  void oldestNeedsNoMoreThanItsRest() {
    Row oldest = admitted(11);
    Row other = admitted(301);
    prefill(oldest, other);
    assertThat(oldest.isPrefilled()).isTrue();
    assertThat(other.held()).isEqualTo(90);
  }

  private void prefill(Row oldest, Row... others) {
    device.prefill(Stream.concat(Stream.of(oldest), Stream.of(others)).toList(), CHUNK);
  }

  private Row admitted(int promptTokens) {
    Row row = row(promptTokens, 1);
    assertThat(device.admit(row, promptTokens + 1)).isTrue();
    return row;
  }

  private static Row row(int promptTokens, int answerTokens) {
    int[] prompt = new int[promptTokens];
    prompt[0] = answerTokens;
    PredictedRequest request = TestingGeneration.request("", prompt, answerTokens, Sampling.GREEDY);
    return new Row(
        new PendingRequest(request, 512, 0, new int[0]),
        TestingAccelerator.VOCABULARY,
        ended -> {});
  }
}
