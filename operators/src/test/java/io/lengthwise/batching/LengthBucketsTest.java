package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.prediction.TestingRequests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthBucketsTest {

  private static final LengthBuckets BUCKETS = LengthBuckets.parse("50:8, 100:4,200:2");

  @Test
  void areWrittenAsTheyAreRead() {
    assertThat(BUCKETS).hasToString("50:8,100:4,200:2");
    assertThat(LengthBuckets.parse(BUCKETS.toString())).isEqualTo(BUCKETS);
    assertThat(LengthBuckets.DEFAULT).hasToString("50:256,100:128,150:64,200:32,512:16");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "50, 0", "50.4, 0", "50.5, 1", "100, 1", "101, 2", "200, 2", "5000, 2"})
  void theLastOneTakesEverythingLonger(double length, int bucket) {
    assertThat(BUCKETS.indexOf(length)).isEqualTo(bucket);
  }

  @Test
  void thePredictionIsClippedToTheRequestsMaxTokens() {
    LengthBuckets buckets = LengthBuckets.parse("512:4,1024:2");
    assertThat(buckets.indexOf(LengthBuckets.lengthOf(TestingRequests.predicted("a", 3_000))))
        .isZero();
  }

  @Test
  void aLengthHasTheSizeOfItsBucket() {
    assertThat(BUCKETS.sizeOf(100)).isEqualTo(4);
    assertThat(BUCKETS.sizeOf(60)).isEqualTo(4);
    assertThat(BUCKETS.sizeOf(999)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''            | \"\" in length buckets \"\" is not of the form bound:size",
        "50:8,         | \"\" in length buckets \"50:8,\" is not of the form",
        "50            | \"50\" in length buckets \"50\" is not of the form",
        "50:8:1        | \"50:8:1\" in length buckets",
        "50:many       | \"50:many\" in length buckets",
        "50:9999999999 | \"50:9999999999\" in length buckets",
        "50:8,50:4     | the bounds of length buckets must ascend: 50:4 follows 50:8",
        "100:8,50:4    | must ascend",
        "0:8           | a bound and a size of at least 1, not 0:8",
        "50:-1         | a bound and a size of at least 1, not 50:-1",
      })
  void wrongOnesAreRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> LengthBuckets.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
