package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.device.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reuse of common prefixes of prompts. */
class PrefixReuseTest extends PrefixReuseFixture {

  @ParameterizedTest
  @EnumSource(Discipline.class)
  void prefixOfABurstIsComputedOnce(Discipline discipline) {
    start(discipline, CELLS, true);
    List<int[]> prompts = prompts(ROWS, system, 20);
    assertAnswersAreThoseWithoutReuse(prompts);
    assertThat(statistics.prefillTokens()).isEqualTo(200 + ROWS * 19);
    assertThat(statistics.reusedTokens()).isEqualTo((ROWS - 1) * 200);
  }

  @Test
  void nestedPrefixesAreComputedOnceEach() {
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
  void promptMayContinueAWholePromptOrPartOfIt() {
    assertAnswersAreThoseWithoutReuse(
        List.of(concat(system, tokens(30)), system, Arrays.copyOf(system, 90)));
    assertThat(statistics.prefillTokens()).isEqualTo(229);
  }

  @Test
  void promptsOfOneTokenShareNothing() {
    assertAnswersAreThoseWithoutReuse(List.of(new int[] {5}, new int[] {5}));
    assertThat(statistics.prefillTokens()).isZero();
  }

  @Test
  void longPrefixIsComputedByOneRowOverSeveralChunks() {
    int[] document = tokens(600);
    List<int[]> prompts = prompts(3, document, 20);
    assertAnswersAreThoseWithoutReuse(prompts);
    assertThat(statistics.prefillTokens()).isEqualTo(600 + 3 * 19);
  }

  @Test
  void restoredRowWithTokensContinues() {
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
    assertThat(rows.stream().map(PrefixReuseFixture::answer))
        .containsExactlyElementsOf(undisturbed);
    assertThat(statistics.reusedTokens()).isEqualTo(3 * 200);
  }

  @Test
  void rowsThatShareWithACancelledRowKeepThePrefix() {
    Row cancelled = row(concat(system, tokens(400)), ANSWER);
    schedule.add(List.of(cancelled));
    schedule.advance();
    List<Row> rows = prompts(3, system, 20).stream().map(prompt -> row(prompt, ANSWER)).toList();
    schedule.add(rows);
    schedule.advance();
    cancelled.cancel();
    schedule.dropCancelled();
    run();
    assertThat(rows.stream().map(PrefixReuseFixture::answer))
        .containsExactlyElementsOf(answersWithoutReuse(rows));
    assertThat(statistics.freeCells()).isEqualTo(CELLS);
  }

  @Test
  void nothingIsReusedIfReuseIsOff() {
    start(Discipline.REFILL, CELLS, false);
    answers(prompts(4, system, 20));
    answers(prompts(4, system, 20));
    assertThat(statistics.prefillTokens()).isEqualTo(8 * 219);
    assertThat(statistics.keptCells()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void answersStayTheSameIfRowsAreCancelledOrDisplaced(long seed) {
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
}
