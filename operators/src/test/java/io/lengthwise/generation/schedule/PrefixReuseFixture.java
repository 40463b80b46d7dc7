package io.lengthwise.generation.schedule;

import static io.lengthwise.generation.TestingGeneration.BYTES_PER_TOKEN;
import static io.lengthwise.generation.TestingGeneration.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.TestingGeneration;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.device.PendingRequest;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A schedule on the tiny model that reuses common prefixes, and prompts for it. */
abstract class PrefixReuseFixture {

  static final int CELLS = 8192;
  static final int ROWS = 16;
  static final int ANSWER = 12;

  static CausalLanguageModel model;

  /** The same model with a cache of its own. */
  static CausalLanguageModel reference;

  final Random random = new Random(3);
  final int[] system = tokens(200);
  EngineStatistics statistics;
  RowDevice device;
  Schedule schedule;

  @BeforeAll
  static void openModels() throws IOException {
    model = CausalLanguageModel.open(MODEL, 1);
    reference = CausalLanguageModel.open(MODEL, 1);
  }

  @AfterAll
  static void closeModels() {
    model.close();
    reference.close();
  }

  @BeforeEach
  void startRoomy() {
    start(Discipline.REFILL, CELLS, true);
  }

  void start(Discipline discipline, int cells, boolean reuse) {
    statistics = new EngineStatistics();
    EngineOptions options = options(discipline, cells, reuse);
    device = Schedule.device(new ModelAccelerator(model.decoder(), 0), options, statistics);
    schedule = Schedule.of(device, new Tuning(options, StepCost.GUESS), statistics);
  }

  static EngineOptions options(Discipline discipline, int cells, boolean reuse) {
    return new EngineOptions(
        new Batching(discipline, null, AdmissionOrder.FIFO, ROWS, 8),
        new Memory((long) cells * BYTES_PER_TOKEN, 0.9),
        new Prefill(256, reuse),
        new Limits(1, 1000));
  }

  void run() {
    while (!schedule.isIdle()) {
      schedule.advance();
    }
  }

  /** Returns the answers to prompts that arrive at once. */
  List<int[]> answers(List<int[]> prompts) {
    List<Row> rows = prompts.stream().map(prompt -> row(prompt, ANSWER)).toList();
    schedule.add(rows);
    run();
    return rows.stream().map(PrefixReuseFixture::answer).toList();
  }

  void assertAnswersAreThoseWithoutReuse(List<int[]> prompts) {
    List<Row> rows = prompts.stream().map(prompt -> row(prompt, ANSWER)).toList();
    assertThat(answers(prompts)).containsExactlyElementsOf(answersWithoutReuse(rows));
  }

  static int[] answer(Row row) {
    return row.pending().generated();
  }

  static int[] answerWithoutReuse(Row row) {
    return answersWithoutReuse(List.of(row)).get(0);
  }

  /**
   * Returns the answers to the requests of rows on another device that has room for all of them.
   */
  static List<int[]> answersWithoutReuse(List<Row> rows) {
    EngineOptions options = options(Discipline.REFILL, CELLS, false);
    EngineStatistics statistics = new EngineStatistics();
    RowDevice device =
        Schedule.device(new ModelAccelerator(reference.decoder(), 0), options, statistics);
    Schedule schedule = Schedule.of(device, new Tuning(options, StepCost.GUESS), statistics);
    List<Row> again = rows.stream().map(row -> row(row.pending().predicted(), new int[0])).toList();
    schedule.add(again);
    while (!schedule.isIdle()) {
      schedule.advance();
    }
    assertThat(statistics.reusedTokens()).isZero();
    return again.stream().map(PrefixReuseFixture::answer).toList();
  }

  static Row row(int[] prompt, int tokens) {
    return row(request(prompt, tokens, tokens), new int[0]);
  }

  static Row row(PredictedRequest request, int[] generated) {
    return new Row(new PendingRequest(request, 512, 0, generated), model, ended -> {});
  }

  static PredictedRequest request(int[] prompt, int tokens, int predicted) {
    return TestingGeneration.request(
        "", prompt, tokens, Sampling.GREEDY, predicted, GenerationRequest.NO_DEADLINE);
  }

  List<int[]> prompts(int count, int[] head, int ownTokens) {
    return IntStream.range(0, count).mapToObj(i -> concat(head, tokens(ownTokens))).toList();
  }

  int[] tokens(int count) {
    return random.ints(count, 0, model.vocabularySize()).toArray();
  }

  static int[] concat(int[] head, int[] tail) {
    return IntStream.concat(IntStream.of(head), IntStream.of(tail)).toArray();
  }
}
