package io.lengthwise.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTextTest {

  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = TestingTokenizers.open("smollm");
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void withoutStopsTheTextIsThatOfAllTokens() {
    AnswerText answer = appended("The river 😀 runs.<|im_end|>", List.of());
    assertThat(answer.stoppedAt()).isEqualTo(-1);
    assertThat(answer.text()).isEqualTo("The river 😀 runs.");
  }

  @Test
  void stopAcrossTokenBordersEndsTheAnswerBeforeIt() {
    int[] tokens = tokenizer.encode("We run xyz-qrs along the river");
    AnswerText answer = new AnswerText(tokenizer, List.of("z-q"));
    int taken = appendUntilStop(answer, tokens);

    assertThat(answer.text()).isEqualTo("We run xy");
    assertThat(answer.stoppedAt()).isEqualTo(taken);
    assertThat(tokenizer.decode(tokens, 0, taken)).contains("z-q");
    assertThat(tokenizer.decode(tokens, 0, taken - 1)).doesNotContain("z-q");
  }

  @Test
  void tokensAfterTheStopAreNotTaken() {
    AnswerText answer = appended("one. two. three.", List.of("."));
    assertThat(answer.text()).isEqualTo("one");
    assertThat(answer.append(5)).isTrue();
    assertThat(answer.text()).isEqualTo("one");
  }

  @Test
  void stopAtTheVeryFirstTextLeavesNothing() {
    AnswerText answer = appended("\n\nThe river", List.of("\n\n"));
    assertThat(answer.text()).isEmpty();
    assertThat(answer.stoppedAt()).isPositive();
  }

  @Test
  void earliestOfSeveralStopsWins() {
    assertThat(appended("a b c d", List.of("d", "c", " b")).text()).isEqualTo("a");
    // Both stop strings are complete with the same token. The one that begins earlier counts.
    assertThat(appended("x the there", List.of("there", "the there", "zzz")).text())
        .isEqualTo("x ");
  }

  @Test
  void stopThatNeverComesEndsNothing() {
    AnswerText answer = appended("half a stop: STO", List.of("STOP", ""));
    assertThat(answer.stoppedAt()).isEqualTo(-1);
    assertThat(answer.text()).isEqualTo("half a stop: STO");
  }

  @Test
  void characterOfSeveralTokensIsFoundWhenItIsWhole() {
    int[] tokens = tokenizer.encode("ok 😀!");
    int whole = tokenizer.encode("ok 😀").length;
    assertThat(whole).isGreaterThan(tokenizer.encode("ok ").length + 1);
    AnswerText answer = new AnswerText(tokenizer, List.of("😀"));

    assertThat(appendUntilStop(answer, tokens)).isEqualTo(whole);
    assertThat(answer.text()).isEqualTo("ok ");
  }

  @Test
  void partOfACharacterAtTheEndIsReplaced() {
    int[] tokens = tokenizer.encode("ok 😀");
    AnswerText answer = new AnswerText(tokenizer, List.of("never"));
    IntStream.range(0, tokens.length - 1).forEach(i -> answer.append(tokens[i]));
    assertThat(answer.text()).startsWith("ok ").endsWith("\ufffd");
  }

  @Test
  void stopIsFoundBehindEndlessBrokenCharacters() {
    int broken = tokenizer.encode("😀")[1];
    AnswerText answer = new AnswerText(tokenizer, List.of("STOP"));
    for (int i = 0; i < 1_000; i++) {
      assertThat(answer.append(broken)).isFalse();
    }
    appendUntilStop(answer, tokenizer.encode("a STOP"));
    assertThat(answer.text()).endsWith("a ").doesNotContain("STOP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2", "sentencepiece"})
  void textBeforeAStopIsThatOfTheWhole(String model) {
    String text = "Über die Brücke 👩‍👩‍👧‍👦 川は谷を 3.14  and  then\n\n\tthe end";
    try (Tokenizer other = TestingTokenizers.open(model)) {
      AnswerText answer = new AnswerText(other, List.of("the end"));
      for (int token : other.encode(text)) {
        answer.append(token);
      }
      assertThat(answer.text()).isEqualTo(text.replace("the end", ""));
    }
  }

  private static AnswerText appended(String text, List<String> stops) {
    AnswerText answer = new AnswerText(tokenizer, stops);
    for (int token : tokenizer.encode(text)) {
      answer.append(token);
    }
    return answer;
  }

  private static int appendUntilStop(AnswerText answer, int[] tokens) {
    for (int i = 0; i < tokens.length; i++) {
      if (answer.append(tokens[i])) {
        return i + 1;
      }
    }
    throw new AssertionError("no stop");
  }
}
