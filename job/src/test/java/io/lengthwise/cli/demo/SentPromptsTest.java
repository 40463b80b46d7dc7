package io.lengthwise.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.cli.kafka.PromptLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentPromptsTest {

  private long nanos;

  @Test
  void neverMoreThanTheLimitWaitForAnAnswer() {
    SentPrompts sent = sent(2, "a", "b", "c", "d");

    assertThat(sent.next()).extracting(PromptLine::id).containsExactly("a", "b");
    assertThat(sent.next()).isEmpty();
    sent.answered(outcome("b"));
    assertThat(sent.next()).extracting(PromptLine::id).containsExactly("c");
    sent.answered(outcome("a"));
    sent.answered(outcome("c"));
    assertThat(sent.next()).extracting(PromptLine::id).containsExactly("d");
    assertThat(sent.isComplete()).isFalse();
    sent.answered(outcome("d"));
    assertThat(sent.isComplete()).isTrue();
    assertThat(sent.next()).isEmpty();
  }

  @Test
  void anAnswerKnowsItsPromptAndHowLongThatHasWaited() {
    SentPrompts sent = sent(1, "a", "b");
    sent.next();
    nanos = 500_000_000;
    sent.answered(outcome("a"));
    sent.next();
    nanos = 2_000_000_000;

    DemoAnswer answer = sent.answered(outcome("b"));

    assertThat(answer.prompt()).isEqualTo("text of b");
    assertThat(answer.position()).isEqualTo(1);
    assertThat(answer.seconds()).isEqualTo(1.5);
  }

  @Test
  void ofPromptsWithOneIdTheFirstIsAnsweredFirst() {
    SentPrompts sent = sent(3, "b", "a", "a");
    sent.next();

    assertThat(sent.answered(outcome("a")).position()).isEqualTo(1);
    assertThat(sent.answered(outcome("a")).position()).isEqualTo(2);
  }

  @Test
  void anOutcomeWithoutAKnownIdCountsForThePromptThatHasWaitedLongest() {
    SentPrompts sent = sent(2, "a", "b");
    sent.next();

    assertThat(sent.answered(outcome("?")).position()).isZero();
    assertThat(sent.answered(outcome("b")).position()).isEqualTo(1);
    assertThat(sent.isComplete()).isTrue();
  }

  private SentPrompts sent(int outstanding, String... ids) {
    List<PromptLine> prompts =
        List.of(ids).stream().map(id -> new PromptLine(id, "text of " + id, "{}")).toList();
    return new SentPrompts(prompts, outstanding, () -> nanos);
  }

  private static DemoAnswer outcome(String id) {
    return DemoAnswer.ofError(id, "refused");
  }
}
