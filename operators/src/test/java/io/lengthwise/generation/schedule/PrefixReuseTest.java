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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reuse of common prefixes, on the tiny model. */
class PrefixReuseTest {

  private static final int CELLS = 8192;
  private static final int ROWS = 16;
  private static final int ANSWER = 12;

  private static CausalLanguageModel model;

  /** The same model with a cache of its own. */
  private static CausalLanguageModel reference;

  private final Random random = new Random(3);
  private final int[] system = tokens(200);
  private EngineStatistics statistics;
  private RowDevice device;
  private Schedule schedule;

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

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void beginningOfABurstIsComputedOnce(Discipline discipline) {
    start(discipline, CELLS, true);
    List<int[]> prompts = prompts(ROWS, system, 20);
    assertAnswersAreThoseWithoutReuse(prompts);
    assertThat(statistics.prefillTokens()).isEqualTo(200 + ROWS * 19);
    assertThat(statistics.reusedTokens()).isEqualTo((ROWS - 1) * 200);
  }

  @Test
  void beginningsOfBeginningsAreComputedOnceEach() {
    int[] first = concat(system, tokens(50));
    int[] second = concat(system, tokens(60));
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      prompts.add(concat(first, tokens(20)));
      prompts.add(concat(second, tokens(20)));
    }
    assertAnswersAreThoseWithoutReuse(prompts);
    assertThat(statistics.prefillTokens()).isEqualTo(200 + 50 + 60 + 8 * 19);
    // The whole prefix is kept when its rows have left.
    long before = statistics.prefillTokens();
    assertAnswersAreThoseWithoutReuse(
        List.of(concat(first, tokens(20)), concat(second, tokens(20)), concat(system, tokens(20))));
    assertThat(statistics.prefillTokens()).isEqualTo(before + 3 * 19);
    assertThat(statistics.keptCells()).isEqualTo(256 + 320);
  }

  @Test
  void whatTwoPromptsBeganWithIsKeptForLaterOnes() {
    List<Long> prefilled = new ArrayList<>();
    for (int[] prompt : prompts(4, system, 20)) {
      long before = statistics.prefillTokens();
      assertAnswersAreThoseWithoutReuse(List.of(prompt));
      prefilled.add(statistics.prefillTokens() - before);
    }
    assertThat(prefilled).containsExactly(219L, 219L, 19L, 19L);
    assertThat(statistics.keptCells()).isEqualTo(256);
    assertThat(statistics.freeCells()).isEqualTo(CELLS);
  }

  @Test
  void runningRowIsCopiedFrom() {
    Row running = row(concat(system, tokens(20)), 300);
    schedule.add(List.of(running));
    schedule.advance();
    assertThat(running.generated()).isPositive();
    Row joining = row(concat(system, tokens(20)), ANSWER);
    schedule.add(List.of(joining));
    run();
    assertThat(statistics.prefillTokens()).isEqualTo(219 + 19);
    assertThat(answer(joining)).isEqualTo(answerWithoutReuse(joining));
    assertThat(answer(running)).isEqualTo(answerWithoutReuse(running));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 100, 199})
  void promptsPartAtTheFirstTokenThatDiffers(int same) {
    int[] other = system.clone();
    other[same] = (other[same] + 1) % model.vocabularySize();
    assertAnswersAreThoseWithoutReuse(
        List.of(concat(system, tokens(20)), concat(other, tokens(20))));
    assertThat(statistics.reusedTokens()).isEqualTo(same);
  }

  @Test
  void fewerTokensAreComputedAgain() {
    assertAnswersAreThoseWithoutReuse(prompts(4, tokens(15), 20));
    assertThat(statistics.reusedTokens()).isZero();
    assertThat(statistics.keptCells()).isZero();
  }

  @Test
  void samePromptIsComputedOnceButForItsLastToken() {
    int[] prompt = tokens(100);
    assertAnswersAreThoseWithoutReuse(List.of(prompt, prompt, prompt));
    assertThat(statistics.prefillTokens()).isEqualTo(99);
    assertThat(statistics.reusedTokens()).isEqualTo(2 * 99);
  }

  @Test
  void promptMayGoOnFromAWholeOneAndFromItsMiddle() {
    assertAnswersAreThoseWithoutReuse(
        List.of(concat(system, tokens(30)), system, Arrays.copyOf(system, 90)));
    assertThat(statistics.prefillTokens()).isEqualTo(229);
  }

  @Test
  void promptsOfOneTokenHaveNothingInCommon() {
    assertAnswersAreThoseWithoutReuse(List.of(new int[] {5}, new int[] {5}));
    assertThat(statistics.prefillTokens()).isZero();
  }

  @Test
  void longBeginningIsComputedByOneRowOverSeveralChunks() {
    int[] document = tokens(600);
    List<int[]> prompts = prompts(3, document, 20);
    assertAnswersAreThoseWithoutReuse(prompts);
    assertThat(statistics.prefillTokens()).isEqualTo(600 + 3 * 19);
  }

  @Test
  void rowWithTokensFromBeforeAFailureGoesOn() {
    List<int[]> prompts = prompts(4, system, 20);
    List<int[]> undisturbed = answers(prompts);
    start(Discipline.REFILL, CELLS, true);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] generated = Arrays.copyOf(undisturbed.get(i), 2 * i);
      rows.add(row(request(prompts.get(i), ANSWER, ANSWER), generated));
    }
    schedule.add(rows);
    run();
    assertThat(rows.stream().map(PrefixReuseTest::answer)).containsExactlyElementsOf(undisturbed);
    assertThat(statistics.reusedTokens()).isEqualTo(3 * 200);
  }

  @Test
  void rowsOfACancelledOneTakeOverWhatItHolds() {
    Row cancelled = row(concat(system, tokens(400)), ANSWER);
    schedule.add(List.of(cancelled));
    schedule.advance();
    List<Row> rows = prompts(3, system, 20).stream().map(prompt -> row(prompt, ANSWER)).toList();
    schedule.add(rows);
    schedule.advance();
    cancelled.cancel();
    schedule.dropCancelled();
    run();
    assertThat(rows.stream().map(PrefixReuseTest::answer))
        .containsExactlyElementsOf(answersWithoutReuse(rows));
    assertThat(statistics.freeCells()).isEqualTo(CELLS);
  }

  @Test
  void rowThatNeedsTheWholeCacheGetsIt() {
    start(Discipline.REFILL, 1024, true);
    answers(prompts(2, system, 20));
    assertThat(statistics.keptCells()).isEqualTo(256);
    assertThat(statistics.freeCells()).isEqualTo(1024);
    Row largest = row(tokens(1000), 24);
    assertThat(device.accepts(largest)).isTrue();
    schedule.add(List.of(largest));
    run();
    assertThat(statistics.keptCells()).isZero();
    assertThat(answer(largest)).isEqualTo(answerWithoutReuse(largest));
  }

  @Test
  void whatIsKeptIsNotGivenUpForARowThatWouldNotFitEvenSo() {
    start(Discipline.REFILL, 1024, true);
    answers(prompts(2, system, 20));
    schedule.add(List.of(row(tokens(500), 24)));
    schedule.advance();
    schedule.add(List.of(row(tokens(600), 24)));
    schedule.advance();
    assertThat(statistics.rowsWaiting()).isEqualTo(1);
    assertThat(statistics.keptCells()).isEqualTo(256);
    run();
  }

  @Test
  void leastRecentlyUsedIsGivenUpFirst() {
    // A quarter of the cache holds two of them.
    start(Discipline.REFILL, 2048, true);
    int[][] heads = {tokens(200), tokens(201), tokens(202)};
    for (int head : new int[] {0, 0, 1, 1, 0, 2, 2}) {
      answers(prompts(1, heads[head], 20));
    }
    assertThat(statistics.keptCells()).isEqualTo(2 * 256);
    long before = statistics.prefillTokens();
    answers(prompts(1, heads[0], 20));
    answers(prompts(1, heads[2], 20));
    assertThat(statistics.prefillTokens()).isEqualTo(before + 2 * 19);
  }

  @Test
  void whatExceedsAQuarterOfTheCacheIsSharedButNotKept() {
    start(Discipline.REFILL, 1024, true);
    answers(prompts(2, tokens(300), 20));
    assertThat(statistics.reusedTokens()).isEqualTo(300);
    assertThat(statistics.keptCells()).isZero();
  }

  @Test
  void nothingIsReusedWhereThatIsOff() {
    start(Discipline.REFILL, CELLS, false);
    answers(prompts(4, system, 20));
    answers(prompts(4, system, 20));
    assertThat(statistics.prefillTokens()).isEqualTo(8 * 219);
    assertThat(statistics.keptCells()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void answersStayTheSameWhateverBecomesOfTheRows(long seed) {
    Random chance = new Random(seed);
    // Room for about four rows. Each is much longer than predicted.
    start(Discipline.REFILL, 704, true);
    int[][] heads = {tokens(40), tokens(90), tokens(20)};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int[] head = heads[chance.nextInt(3)];
      int[] begun = concat(head, Arrays.copyOf(heads[chance.nextInt(3)], chance.nextInt(20)));
      int[] prompt = concat(begun, tokens(1 + chance.nextInt(30)));
      Row row = row(request(prompt, 10 + chance.nextInt(60), 5), new int[0]);
      rows.add(row);
      schedule.add(List.of(row));
      for (int cycle = chance.nextInt(4); cycle > 0 && !schedule.isIdle(); cycle--) {
        schedule.advance();
      }
      if (chance.nextInt(5) == 0) {
        rows.get(chance.nextInt(rows.size())).cancel();
        schedule.dropCancelled();
      }
    }
    run();
    assertThat(statistics.reusedTokens()).isPositive();
    assertThat(statistics.freeCells()).isEqualTo(704);
    List<int[]> expected = answersWithoutReuse(rows);
    for (int i = 0; i < rows.size(); i++) {
      int generated = rows.get(i).generated();
      assertThat(answer(rows.get(i))).isEqualTo(Arrays.copyOf(expected.get(i), generated));
    }
  }

  private void start(Discipline discipline, int cells, boolean reuse) {
    statistics = new EngineStatistics();
    EngineOptions options = options(discipline, cells, reuse);
    device = Schedule.device(new ModelAccelerator(model.decoder(), 0), options, statistics);
    schedule = Schedule.of(device, new Tuning(options, StepCost.GUESS), statistics);
  }

  private static EngineOptions options(Discipline discipline, int cells, boolean reuse) {
    return new EngineOptions(
        new Batching(discipline, null, AdmissionOrder.FIFO, ROWS, 8),
        new Memory((long) cells * BYTES_PER_TOKEN, 0.9),
        new Prefill(256, reuse),
        new Limits(1, 1000));
  }

  private void run() {
    while (!schedule.isIdle()) {
      schedule.advance();
    }
  }

  /** Returns the answers to prompts that arrive at once. */
  private List<int[]> answers(List<int[]> prompts) {
    List<Row> rows = prompts.stream().map(prompt -> row(prompt, ANSWER)).toList();
    schedule.add(rows);
    run();
    return rows.stream().map(PrefixReuseTest::answer).toList();
  }

  private void assertAnswersAreThoseWithoutReuse(List<int[]> prompts) {
    List<Row> rows = prompts.stream().map(prompt -> row(prompt, ANSWER)).toList();
    assertThat(answers(prompts)).containsExactlyElementsOf(answersWithoutReuse(rows));
  }

  private static int[] answer(Row row) {
    return row.pending().generated();
  }

  private static int[] answerWithoutReuse(Row row) {
    return answersWithoutReuse(List.of(row)).get(0);
  }

  /**
   * Returns the answers to the requests of rows on another device that has room for all of them.
   */
  private static List<int[]> answersWithoutReuse(List<Row> rows) {
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
    return again.stream().map(PrefixReuseTest::answer).toList();
  }

  private static Row row(int[] prompt, int tokens) {
    return row(request(prompt, tokens, tokens), new int[0]);
  }

  private static PredictedRequest request(int[] prompt, int tokens, int predicted) {
    return TestingGeneration.request(
        "", prompt, tokens, Sampling.GREEDY, predicted, GenerationRequest.NO_DEADLINE);
  }

  private static Row row(PredictedRequest request, int[] generated) {
    return new Row(new PendingRequest(request, 512, 0, generated), model, ended -> {});
  }

  private List<int[]> prompts(int count, int[] head, int ownTokens) {
    return IntStream.range(0, count).mapToObj(i -> concat(head, tokens(ownTokens))).toList();
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, model.vocabularySize()).toArray();
  }

  private static int[] concat(int[] head, int[] tail) {
    return IntStream.concat(IntStream.of(head), IntStream.of(tail)).toArray();
  }
}
