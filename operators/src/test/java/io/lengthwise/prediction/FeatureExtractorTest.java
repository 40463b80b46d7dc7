package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Message;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeatureExtractorTest {

  private final FeatureExtractor features = new FeatureExtractor();

  @Test
  void rowsAreDistinctAndAscendingAndInRange() {
    int[] rows = of("the cat and the dog and the cat and the dog");
    assertThat(rows).isSorted().doesNotHaveDuplicates();
    assertThat(Arrays.stream(rows)).allMatch(row -> row >= 0 && row < FeatureExtractor.ROWS);
    // 4 words, 5 pairs, 4 of the shape, 5 of the request.
    assertThat(rows).hasSize(18);
  }

  @Test
  void lettersInAnyCaseAreTheSameWord() {
    assertThat(of("WRITE A Story, Ölbild")).isEqualTo(of("write a story: ölbild"));
  }

  @Test
  void lettersAndDigitsAreWordsOfTheirOwn() {
    assertThat(of("top10songs")).hasSize(of("top 10 songs").length);
    assertThat(shared("list 10", "sums 10")).isGreaterThan(shared("list 10", "sums 11"));
  }

  @Test
  void ideographsAreWordsOneByOne() {
    assertThat(shared("写一首诗", "写一个故事")).isGreaterThan(shared("写一首诗", "你好世界吗"));
    assertThat(of("写一首诗").length).isGreaterThan(of("стих").length);
  }

  @Test
  void vowelSignsStayInTheirWord() {
    assertThat(of("हिन्दी")).hasSize(of("hindi").length);
  }

  @Test
  void onlyTheLastUsersTurnIsRead() {
    Message system = new Message("system", "Be brief.");
    Message answer = new Message("assistant", "Yes?");
    int[] one =
        features.of(chat(system, new Message("user", "Hello"), answer, new Message("user", "Why")));
    int[] other =
        features.of(chat(system, new Message("user", "Howdy"), answer, new Message("user", "Why")));
    assertThat(one).isEqualTo(other);
  }

  @Test
  void theSystemPromptAndTheNumberOfTurnsCount() {
    Message user = new Message("user", "Hello");
    int[] plain = features.of(chat(user));
    int[] brief = features.of(chat(new Message("system", "Be brief."), user));
    int[] chatty = features.of(chat(new Message("system", "Tell all."), user));
    assertThat(difference(brief, chatty)).isEqualTo(1);
    assertThat(difference(plain, brief)).isEqualTo(2);
  }

  @Test
  void aQuestionMarkAtTheEndCounts() {
    assertThat(difference(of("is it so? \n"), of("is it so  \n"))).isEqualTo(1);
    assertThat(of("is it so\uff1f")).isEqualTo(of("is it so?"));
  }

  @Test
  void wordsBeyondThe32ndAreOnlyCounted() {
    String words =
        String.join(" ", IntStream.range(0, 40).mapToObj(i -> "w" + "x".repeat(i)).toList());
    assertThat(of(words + " end")).isEqualTo(of(words + " eye"));
    // 32 words, 31 pairs, 4 of the shape, 5 of the request; two may share a row.
    assertThat(of(words)).hasSizeBetween(70, 72);
  }

  @Test
  void aPlainCompletionIsReadLikeATurn() {
    int[] chat = of("write a poem");
    int[] plain = features.of(TestingRequests.completing("write a poem"));
    assertThat(difference(chat, plain)).as("only the number of turns").isEqualTo(1);
  }

  @Test
  void anyTextHasFeatures() {
    assertThat(of("")).hasSize(7);
    assertThat(of("\ud800 \udc00 \u0000 ...")).hasSize(7);
    assertThat(of("a".repeat(1_000_000))).isNotEmpty();
    assertThat(features.of(chat(new Message("system", "Hi")))).isNotEmpty();
  }

  private int[] of(String text) {
    return features.of(TestingRequests.asking(text));
  }

  private long shared(String one, String other) {
    int[] others = of(other);
    return Arrays.stream(of(one)).filter(row -> Arrays.binarySearch(others, row) >= 0).count();
  }

  /** Returns how many rows of one list the other lacks, in the worse direction. */
  private static long difference(int[] one, int[] other) {
    long shared = Arrays.stream(one).filter(row -> Arrays.binarySearch(other, row) >= 0).count();
    return Math.max(one.length, other.length) - shared;
  }

  private static EncodedRequest chat(Message... messages) {
    return TestingRequests.chat(List.of(messages));
  }
}
