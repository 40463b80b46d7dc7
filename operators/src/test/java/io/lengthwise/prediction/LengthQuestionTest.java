package io.lengthwise.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthQuestionTest {

  private static final int MAXIMUM = 20_000_000;

  @ParameterizedTest
  @ValueSource(strings = {"", "I cannot say.", "many", "one hundred", "\u0661\u0660"})
  void withoutANumberItIsTheMaximum(String said) {
    assertThat(LengthQuestion.probeResult(said, MAXIMUM)).containsExactly(MAXIMUM);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100",
    "about 42 tokens, 42",
    "12.5, 12.5",
    "7., 7",
    "'1,000', 1000",
    "'12,345,678', 12345678",
    "'123,456,789', 20000000",
    "0, 1",
    "0.2, 1",
    "-5, 5",
    "99999999999999999999, 20000000"
  })
  void oneNumberIsIt(String said, float length) {
    assertThat(LengthQuestion.probeResult(said, MAXIMUM)).containsExactly(length);
  }

  @ParameterizedTest
  @CsvSource({
    "100-150 words, 125",
    "100 to 150, 125",
    "'3,4', 3.5",
    "'1,0000', 1",
    "'10, 20, 600', 15",
    "10 to 99999999999, 10000005",
    "'1,000 - 2,000', 1500",
    "0 0, 1"
  })
  void ofSeveralTheFirstTwoCount(String said, float length) {
    assertThat(LengthQuestion.probeResult(said, MAXIMUM)).containsExactly(length);
  }

  @Test
  void aNumberOfAnyLengthIsRead() {
    assertThat(LengthQuestion.probeResult("9".repeat(1000), 512)).containsExactly(512);
  }
}
