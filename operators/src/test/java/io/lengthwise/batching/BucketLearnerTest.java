package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class BucketLearnerTest {

  private final Random random = new Random(1);

  @Test
  void theBucketsAreThePapersUntilEnoughWasSeen() {
    BucketLearner learner = new BucketLearner(5);
    for (int i = 0; i < 255; i++) {
      assertThat(learner.forNext(700)).isEqualTo(LengthBuckets.DEFAULT);
    }
    assertThat(learner.forNext(700)).isEqualTo(LengthBuckets.parse("700:16"));
  }

  @Test
  void eachBucketGetsEquallyManyOfSkewedLengths() {
    BucketLearner learner = new BucketLearner(5);
    LengthBuckets buckets = feed(learner, 4096, this::skewed);
    int[] counts = new int[buckets.buckets().size()];
    for (int i = 0; i < 10_000; i++) {
      counts[buckets.indexOf(skewed())]++;
    }
    assertThat(counts).hasSize(5);
    // Each bucket gets about a fifth. Rounding to tens moves some requests.
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 1_600 && count < 2_400);
  }

  @Test
  void lengthsThatAreAllMeansAroundTheMiddleAreStillSplit() {
    assertThat(bounds(feed(new BucketLearner(5), 4096, () -> 200 + 190 * random.nextDouble())))
        .containsExactly(240, 280, 320, 360, 390);
  }

  @Test
  void sizesKeepTheTokensOfAMicroBatchNearABudget() {
    BucketLearner learner = new BucketLearner(8);
    int[] lengths = {10, 30, 50, 100, 200, 400, 600, 2_000};
    int[] next = {0};
    assertThat(feed(learner, 256, () -> lengths[next[0]++ % lengths.length]))
        .hasToString("10:256,30:256,50:192,100:96,200:48,400:24,600:16,2000:16");
  }

  @Test
  void theSameLengthThroughoutMakesOneBucket() {
    assertThat(feed(new BucketLearner(5), 256, () -> 128)).hasToString("130:73");
  }

  @Test
  void theBucketsFollowADriftOfTheLengths() {
    BucketLearner learner = new BucketLearner(4);
    assertThat(bounds(feed(learner, 4096, () -> 96 * random.nextDouble())))
        .containsExactly(30, 50, 80, 100);
    assertThat(bounds(feed(learner, 4096, () -> 500 + 96 * random.nextDouble())))
        .containsExactly(530, 550, 580, 600);
  }

  @Test
  void theBucketsRestBetweenTwoUpdates() {
    BucketLearner learner = new BucketLearner(4);
    LengthBuckets before = feed(learner, 256, () -> 100 * random.nextDouble());
    assertThat(feed(learner, 255, () -> 3_000)).isSameAs(before);
    assertThat(feed(learner, 1, () -> 3_000)).isNotEqualTo(before);
  }

  /** Draws from a skewed distribution with a long tail: the mean is three times the median. */
  private double skewed() {
    return Math.min(8_192, Math.exp(4.5 + 1.5 * random.nextGaussian()));
  }

  private static LengthBuckets feed(BucketLearner learner, int requests, DoubleSupplier lengths) {
    LengthBuckets buckets = null;
    for (int i = 0; i < requests; i++) {
      buckets = learner.forNext(lengths.getAsDouble());
    }
    return buckets;
  }

  private static int[] bounds(LengthBuckets buckets) {
    return buckets.buckets().stream().mapToInt(LengthBucket::bound).toArray();
  }
}
