package io.lengthwise.generation.schedule;

import static io.lengthwise.generation.TestingGeneration.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.accelerator.TestingAccelerator;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.probe.HiddenStateQueue;
import io.lengthwise.generation.probe.HiddenStateTask;
import io.lengthwise.generation.probe.ProbeTask;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.prediction.HiddenStateSketch;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that make the device throw, together with requests that do not. */
class PoisonTest {

  private static final int CELLS = 10_000;
  private static final int POISON = 300;

  /** The length of the common prefix: long enough to be kept. */
  private static final int COMMON = 40;

  private final TestingAccelerator accelerator = new TestingAccelerator();
  private final EngineStatistics statistics = new EngineStatistics();
  private final Map<String, GenerationResult> results = new TreeMap<>();
  private final List<Row> rows = new ArrayList<>();
  private RowDevice device;
  private Schedule schedule;

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void neighboursOfOneThatCannotBePrefilledAreAnswered(Discipline discipline) {
    accelerator.unfitToPrefill.add(POISON);
    start(discipline);
    schedule.add(rows(20, 30, POISON, 25, 20, 60, 31, 32));
    run();
    assertAnsweredBut("2");
    // One call each for 8, 4, 2 and 1 of them.
    assertThat(statistics.failedCalls()).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void neighboursOfOneThatCannotBeDecodedKeepTheirTokens(Discipline discipline) {
    accelerator.unfitToDecode.put(POISON, 21);
    start(discipline);
    schedule.add(rows(50, POISON, 100, 70));
    run();
    assertAnsweredBut("1");
    // It had generated tokens when it failed.
    assertThat(rows.get(1).generated()).isBetween(1, 21);
    assertThat(statistics.failedCalls()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void severalAreFoundAndOneAloneIsTriedTwice(Discipline discipline) {
    accelerator.unfitToPrefill.addAll(List.of(POISON, POISON + 1));
    start(discipline);
    schedule.add(rows(POISON, 30, POISON + 1, 40, 50));
    run();
    assertAnsweredBut("0", "2");
    long failed = statistics.failedCalls();
    schedule.add(rows(POISON));
    run();
    assertThat(results.get("5").error().code()).isEqualTo("engine_failure");
    assertThat(statistics.failedCalls()).isEqualTo(failed + 2);
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void failureThatDoesNotComeAgainEndsNoRequest(Discipline discipline) {
    accelerator.failures = 1;
    start(discipline);
    schedule.add(rows(20, 30, 40));
    run();
    assertAnsweredBut();
    assertThat(statistics.failedCalls()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void deviceThatFailsForAMadeUpRowToo(Discipline discipline) {
    start(discipline);
    schedule.add(rows(20, 30));
    accelerator.broken = true;
    assertThatThrownBy(this::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The device fails for every row, also for a made-up one")
        .hasMessageContaining("unfit");
    assertThat(results).isEmpty();
  }

  @Test
  void nothingIsCopiedFromASlotWhoseRowFailed() {
    accelerator.unfitToDecode.put(POISON, 3);
    start(Discipline.REFILL);
    // Only this row holds the common prefix of the two prompts when the second one arrives.
    schedule.add(rows(POISON));
    run();
    schedule.add(rows(POISON));
    run();
    assertThat(results.values()).allMatch(GenerationResult::isError);
    assertThat(statistics.reusedTokens()).isZero();
    assertThat(device.keptCells()).isZero();
  }

  @Test
  void promptThatCannotBeReadIsLetGoAndItsNeighboursAreRead() {
    List<ProbeTask> read = new ArrayList<>();
    HiddenStateQueue queue = new HiddenStateQueue(this::states, 100, statistics);
    for (int first : List.of(20, POISON, 30, 40)) {
      queue.add(
          new HiddenStateTask(
              request("r", new int[] {first, 1}, 5, Sampling.GREEDY).encoded(),
              new HiddenStateSketch(4),
              0,
              read::add));
    }
    queue.advance();
    assertThat(queue.isIdle()).isTrue();
    assertThat(read).hasSize(4);
    assertThat(read)
        .filteredOn(task -> task.result() == ProbeTask.NONE)
        .extracting(task -> task.pending().promptTokens()[0])
        .containsExactly(POISON);
    assertThat(statistics.failedCalls()).isEqualTo(3);
  }

  @Test
  void deviceThatReadsNoPromptAtAllIsAtFault() {
    HiddenStateQueue queue = new HiddenStateQueue(this::states, 100, statistics);
    accelerator.broken = true;
    queue.add(
        new HiddenStateTask(
            request("r", new int[] {20, 1}, 5, Sampling.GREEDY).encoded(),
            new HiddenStateSketch(4),
            0,
            read -> {}));
    assertThatThrownBy(queue::advance)
        .hasMessageContaining("The device fails for every prompt, also for a made-up one");
  }

  private float[][] states(List<int[]> prompts) {
    if (accelerator.broken || prompts.stream().anyMatch(prompt -> prompt[0] == POISON)) {
      throw new IllegalStateException("unfit");
    }
    return prompts.stream().map(prompt -> new float[] {1, 2, 3, 4}).toArray(float[][]::new);
  }

  private void assertAnsweredBut(String... failed) {
    assertThat(results).hasSameSizeAs(rows);
    results.forEach(
        (id, result) -> {
          Row row = rows.get(Integer.parseInt(id));
          if (Arrays.asList(failed).contains(id)) {
            assertThat(result.error().code()).isEqualTo("engine_failure");
            assertThat(result.error().status()).isEqualTo(500);
            assertThat(result.error().message())
                .endsWith("the second time alone: RuntimeError: unfit");
            assertThat(row.outcome().completedLength()).isEmpty();
          } else {
            int length = row.token(0);
            int[] tokens = IntStream.rangeClosed(1, length).toArray();
            tokens[length - 1] = TestingAccelerator.END;
            assertThat(row.pending().generated()).isEqualTo(tokens);
            assertThat(result.completion().completionTokens()).isEqualTo(length);
          }
        });
  }

  private void start(Discipline discipline) {
    EngineOptions options =
        new EngineOptions(
            new Batching(discipline, null, AdmissionOrder.FIFO, 16, 10),
            new Memory(CELLS, 0.9),
            new Prefill(1000, true),
            new Limits(1, 1000));
    device = Schedule.device(accelerator, options, statistics);
    schedule = Schedule.of(device, new Tuning(options, StepCost.GUESS), statistics);
  }

  private void run() {
    for (int cycles = 0; !schedule.isIdle(); cycles++) {
      assertThat(cycles).as("cycles").isLessThan(1000);
      schedule.advance();
    }
    assertThat(device.freeCells()).isEqualTo(device.cells());
    assertThat(statistics.rowsRunning()).isZero();
  }

  /** Creates rows with answers of the given lengths. */
  private List<Row> rows(int... lengths) {
    List<Row> added = new ArrayList<>();
    for (int length : lengths) {
      int[] prompt = new int[COMMON];
      prompt[0] = length;
      PredictedRequest request =
          request(
              "" + rows.size(),
              prompt,
              400,
              Sampling.GREEDY,
              length,
              GenerationRequest.NO_DEADLINE);
      Row row =
          new Row(
              new PendingRequest(request, 512, 0, new int[0]),
              TestingAccelerator.VOCABULARY,
              ended -> results.put(ended.outcome().result().id(), ended.outcome().result()));
      rows.add(row);
      added.add(row);
    }
    return added;
  }
}
