package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketPlanTest {

  @Test
  void bucketsAreGivenOrLearned() {
    assertThat(BucketPlan.parse("50:8,100:4")).isEqualTo(LengthBuckets.parse("50:8,100:4"));
    assertThat(BucketPlan.parse("learned")).isEqualTo(new LearnedBuckets(5));
    assertThat(BucketPlan.parse(" learned : 12 ")).isEqualTo(new LearnedBuckets(12));
  }

  @Test
  void areWrittenAsTheyAreRead() {
    assertThat(new LearnedBuckets(12)).hasToString("learned:12");
    assertThat(BucketPlan.parse("learned:12")).isEqualTo(new LearnedBuckets(12));
  }

  @Test
  void thereAreKeysForTheBucketsUntilSomeAreLearned() {
    assertThat(new LearnedBuckets(2).most()).isEqualTo(LengthBuckets.DEFAULT.buckets().size());
    assertThat(new LearnedBuckets(12).most()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "learned:      | \"learned:\" is neither learned nor learned: and a number of buckets",
        "learned 5     | \"learned 5\" is neither",
        "learned:-1    | \"learned:-1\" is neither",
        "learned:5,6   | \"learned:5,6\" is neither",
        "learned:9999999999 | is neither",
        "learned:0     | must lie between 2 and 64, and is 0",
        "learned:65    | must lie between 2 and 64, and is 65",
        "learnt        | to have buckets learned, write learned or learned:5",
      })
  void wrongOnesAreRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> BucketPlan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
