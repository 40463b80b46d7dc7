package io.lengthwise.generation.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import org.junit.jupiter.api.Test;

class ScheduleTrialTest {

  private static final StepCost ONE_A_STEP = StepCost.affine(1, 0, 0);
  private static final int[] LENGTHS = {10, 40, 10, 20};

  @Test
  void refillTakesTheNextTheMomentOneEnds() {
    TrialReport report =
        replay(refill(AdmissionOrder.FIFO, 2, 100), new RecordedLoad(LENGTHS, i -> 100));
    assertThat(report.finished()).containsExactly(10, 40, 20, 40);
    assertThat(report.admitted()).containsExactly(0, 0, 10, 20);
    assertThat(report.tokens()).containsExactly(LENGTHS);
    assertThat(report.totalMillis()).isEqualTo(40);
    assertThat(report.effectiveAll()).isEqualTo(1);
    assertThat(report.longestWait()).isEqualTo(20);
  }

  @Test
  void anOrderChoosesOnlyWithinTheBacklog() {
    RecordedLoad narrow = new RecordedLoad(LENGTHS, i -> LENGTHS[i]);
    replay(refill(AdmissionOrder.SHORTEST_FIRST, 1, 2), narrow);
    assertThat(narrow.answered).containsExactly(0, 2, 3, 1);
    RecordedLoad single = new RecordedLoad(LENGTHS, i -> LENGTHS[i]);
    replay(refill(AdmissionOrder.SHORTEST_FIRST, 1, 1), single);
    assertThat(single.answered).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aRequestIsNotAnsweredBeforeItArrives() {
    double[] arrivals = {0, 5, 100, 100};
    TrialReport report =
        replay(refill(AdmissionOrder.FIFO, 4, 100), new RecordedLoad(LENGTHS, arrivals, i -> 9));
    assertThat(report.admitted()[1]).isBetween(5.0, 10.0);
    assertThat(report.finished()[2]).isEqualTo(110);
    assertThat(report.completionTimes(10)).containsExactly(10, 10);
  }

  @Test
  void aLongerAnswerIsCutAtItsCap() {
    TrialReport report =
        replay(refill(AdmissionOrder.FIFO, 1, 100), new RecordedLoad(new int[] {9000}, i -> 50));
    assertThat(report.tokens()).containsExactly(RecordedLoad.CAP);
  }

  @Test
  void aStaticBatchPaysForItsLongestRow() {
    TrialReport report = replay(batches(Recomputation.NONE), new RecordedLoad(LENGTHS, i -> 100));
    // Answers leave at the end of a segment of 16 steps, or of the batch.
    assertThat(report.finished()).containsExactly(16, 40, 16, 32);
    assertThat(report.averageLength()).isEqualTo(41);
    assertThat(report.effective()).isEqualTo(0.5);
    assertThat(report.batches()).isOne();
  }

  @Test
  void rowsThatReachTheirCapPayForBothPasses() {
    // All have a prediction of at most 50 tokens. One has 60 tokens: it continues, or restarts.
    int[] lengths = {10, 60};
    TrialReport goesOn =
        replay(batches(Recomputation.CONTINUE), new RecordedLoad(lengths, i -> 50));
    assertThat(goesOn.cappedRows()).isOne();
    assertThat(goesOn.batches()).isEqualTo(2);
    assertThat(goesOn.totalMillis()).isEqualTo(60);
    TrialReport anew = replay(batches(Recomputation.RESTART), new RecordedLoad(lengths, i -> 50));
    assertThat(anew.totalMillis()).isEqualTo(110);
    assertThat(anew.averageLength()).isEqualTo((50 + 60) / 2.0 + 1);
    assertThat(anew.effectiveAll()).isCloseTo(70 / 160.0, within(1e-9));
  }

  @Test
  void costsAddUp() {
    TrialReport report =
        ScheduleTrial.replay(
            StepCost.affine(2, 0.5, 0.25),
            refill(AdmissionOrder.FIFO, 2, 100),
            new RecordedLoad(new int[] {10, 10}, i -> 10),
            TrialListener.NONE);
    // The last token of a prompt is decoded, not prefilled.
    assertThat(report.totalMillis()).isEqualTo(2 * 19 * 0.25 + 10 * (2 + 2 * 0.5));
  }

  private static TrialReport replay(EngineOptions options, RecordedLoad load) {
    return ScheduleTrial.replay(ONE_A_STEP, options, load, TrialListener.NONE);
  }

  private static EngineOptions refill(AdmissionOrder order, int width, int backlog) {
    return new EngineOptions(
        new Batching(Discipline.REFILL, null, order, width, 16),
        new Memory(1 << 20, 0.9),
        new Prefill(1 << 20, false),
        new Limits(0, backlog));
  }

  private static EngineOptions batches(Recomputation recomputation) {
    return refill(AdmissionOrder.FIFO, 256, 1000)
        .withSchedule(
            Discipline.STATIC,
            SequenceOptions.DEFAULT.with(true, true, recomputation),
            AdmissionOrder.FIFO);
  }
}
