package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.generation.device.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Common prefixes that stay in the cache after their rows have left. */
class KeptPrefixTest extends PrefixReuseFixture {

  @Test
  void sharedPrefixIsKeptForLaterPrompts() {
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
  void keptPrefixStaysIfARowWouldNotFitWithoutItEither() {
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
  void leastRecentlyUsedPrefixIsDroppedFirst() {
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
  void prefixAboveAQuarterOfTheCacheIsSharedButNotKept() {
    start(Discipline.REFILL, 1024, true);
    answers(prompts(2, tokens(300), 20));
    assertThat(statistics.reusedTokens()).isEqualTo(300);
    assertThat(statistics.keptCells()).isZero();
  }
}
