package io.lengthwise.generation.schedule;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.request.GenerationRequest.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.TestingGeneration;
import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.accelerator.SimulatedTime;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.Reference;
import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Least-remaining first on the tiny model in simulated time. All answers run to their limit. */
class RefillScheduleTest {

  private static final int LONG = 400;
  private static final int SHORT = 5;

  private static final Sampling DRAWN =
      new Sampling(0.9f, 40, 0.95f, 0f, 1f, 7L, List.of(), List.of(), Map.of());

  private static CausalLanguageModel model;

  private final Reference reference = Reference.of("smollm");
  private final EngineStatistics statistics = new EngineStatistics();
  private final List<String> finished = new ArrayList<>();

  RefillScheduleTest() throws IOException {}

  @BeforeAll
  static void openModel() throws IOException {
    model = CausalLanguageModel.open(MODEL, 1);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longRowGivesItsPlaceToAShortOneAndGoesOn(boolean drawn) {
    Sampling sampling = drawn ? DRAWN : Sampling.GREEDY;
    Row undisturbed = row("undisturbed", LONG, sampling);
    runToEnd(schedule(AdmissionOrder.LEAST_REMAINING, 4000, 100), undisturbed);
    finished.clear();

    Schedule schedule = schedule(AdmissionOrder.LEAST_REMAINING, 4000, 100);
    Row longer = row("long", LONG, sampling);
    startThenAdd(schedule, longer, row("short", SHORT, sampling));
    runToEnd(schedule);

    assertThat(finished).containsExactly("short", "long");
    assertThat(statistics.preemptions()).isEqualTo(1);
    assertThat(longer.outcome().result().completion().text())
        .isEqualTo(undisturbed.outcome().result().completion().text());
    assertThat(longer.outcome().result().completion().completionTokens()).isEqualTo(LONG);
    // The time of its second wait does not count as device time.
    assertThat(longer.stay().millisBefore()).isBetween((long) LONG, LONG + 10L);
  }

  @ParameterizedTest
  @EnumSource(
      value = AdmissionOrder.class,
      names = "LEAST_REMAINING",
      mode = EnumSource.Mode.EXCLUDE)
  void noOtherOrderTakesAPlaceAway(AdmissionOrder order) {
    Schedule schedule = schedule(order, 4000, 100);
    startThenAdd(schedule, row("long", LONG), row("short", SHORT));
    runToEnd(schedule);
    assertThat(finished).containsExactly("long", "short");
    assertThat(statistics.preemptions()).isZero();
  }

  @Test
  void placeIsKeptWherePrefillingAgainCostsMore() {
    Schedule schedule = schedule(AdmissionOrder.LEAST_REMAINING, 4000, 1_000_000);
    startThenAdd(schedule, row("long", LONG), row("short", SHORT));
    runToEnd(schedule);
    assertThat(finished).containsExactly("long", "short");
  }

  @Test
  void placeIsKeptWhereTheShorterOneWouldNotFit() {
    // It needs 555 cells. The slot of the long row has 448, and 128 are free.
    Schedule schedule = schedule(AdmissionOrder.LEAST_REMAINING, 600, 100);
    Row bulky = row("bulky", new int[550], SHORT, Sampling.GREEDY, 0, NO_DEADLINE);
    startThenAdd(schedule, row("long", LONG), bulky);
    runToEnd(schedule);
    assertThat(finished).containsExactly("long", "bulky");
    assertThat(statistics.preemptions()).isZero();
  }

  @Test
  void placeIsKeptByALargerPriority() {
    Schedule schedule = schedule(AdmissionOrder.LEAST_REMAINING, 4000, 100);
    startThenAdd(schedule, row("long", LONG, 1, NO_DEADLINE), row("short", SHORT));
    runToEnd(schedule);
    assertThat(finished).containsExactly("long", "short");
  }

  @Test
  void placeIsKeptByARowThatIsDue() {
    Schedule schedule = schedule(AdmissionOrder.LEAST_REMAINING, 4000, 100);
    startThenAdd(schedule, row("long", LONG, 0, 1000), row("short", SHORT));
    runToEnd(schedule);
    assertThat(finished).containsExactly("long", "short");
  }

  @Test
  void rowThatOutgrewItsSlotWaitsThereUntilAnotherEnds() {
    int prompt = reference.prompts()[0].length;
    Row surprising = row("surprising", reference.prompts()[0], 120, 10);
    Row other = row("other", reference.prompts()[0], 100, 100);
    // One has 64 cells and the other 128. It will need 192, but only 64 are free.
    runToEnd(schedule(AdmissionOrder.FIFO, 256, 2, 100), surprising, other);
    assertThat(finished).containsExactly("other", "surprising");
    assertThat(surprising.outcome().result().completion().completionTokens()).isEqualTo(120);
    assertThat(statistics.preemptions()).isZero();
    assertThat(statistics.prefillTokens()).isEqualTo(2L * (prompt - 1));
  }

  /** Creates a schedule with one row. */
  private Schedule schedule(AdmissionOrder order, int cells, long prefillNanos) {
    return schedule(order, cells, 1, prefillNanos);
  }

  private Schedule schedule(AdmissionOrder order, int cells, int places, long prefillNanos) {
    Accelerator accelerator =
        new SimulatedTime(new ModelAccelerator(model.decoder(), 0), prefillNanos);
    EngineOptions options = TestingGeneration.options(Discipline.REFILL, order, cells, places);
    RowDevice device = Schedule.device(accelerator, options, statistics);
    return new RefillSchedule(device, new Tuning(options, StepCost.GUESS), statistics);
  }

  private void startThenAdd(Schedule schedule, Row first, Row second) {
    schedule.add(List.of(first));
    while (first.generated() == 0) {
      schedule.advance();
    }
    schedule.add(List.of(second));
  }

  private static void runToEnd(Schedule schedule, Row... rows) {
    schedule.add(List.of(rows));
    while (!schedule.isIdle()) {
      schedule.advance();
    }
  }

  private Row row(String id, int tokens) {
    return row(id, tokens, Sampling.GREEDY);
  }

  private Row row(String id, int tokens, Sampling sampling) {
    return row(id, reference.prompts()[0], tokens, sampling, 0, NO_DEADLINE);
  }

  private Row row(String id, int tokens, int priority, long deadline) {
    return row(id, reference.prompts()[0], tokens, Sampling.GREEDY, priority, deadline);
  }

  private Row row(String id, int[] prompt, int tokens, int predicted) {
    return row(id, prompt, tokens, Sampling.GREEDY, 0, NO_DEADLINE, predicted);
  }

  /** Creates a row whose predicted length is correct. */
  private Row row(
      String id, int[] prompt, int tokens, Sampling sampling, int priority, long deadline) {
    return row(id, prompt, tokens, sampling, priority, deadline, tokens);
  }

  private Row row(
      String id,
      int[] prompt,
      int tokens,
      Sampling sampling,
      int priority,
      long deadline,
      int predictedTokens) {
    GenerationRequest request =
        new GenerationRequest(
            id,
            new Origin("requests", 0, 0, null, List.of(), 0),
            Endpoint.COMPLETIONS,
            MODEL.name(),
            List.of(),
            null,
            sampling,
            tokens,
            priority,
            deadline);
    PredictedRequest predicted =
        new PredictedRequest(
            new EncodedRequest(request, prompt),
            LengthDistribution.point(predictedTokens),
            new PromptFeatures(new int[0]),
            0);
    return new Row(
        new PendingRequest(predicted, 512, 0, new int[0]), model, ended -> finished.add(id));
  }
}
