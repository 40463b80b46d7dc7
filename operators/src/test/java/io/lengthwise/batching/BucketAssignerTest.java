package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.TestingRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class BucketAssignerTest {

  private static final LengthBuckets BUCKETS = LengthBuckets.parse("50:3,100:2");
  private static final BucketShards SHARDS = new BucketShards(2, 2, 128);

  @Test
  void oneMicroBatchsWorthGoesToOneShardThenTheNextHasItsTurn() throws Exception {
    try (var harness = assigner(0)) {
      assertThat(subtasks(harness, 30, 30, 30, 30, 30, 30, 30))
          .containsExactly(0, 0, 0, 1, 1, 1, 0);
    }
  }

  @Test
  void bucketsTakeTheirTurnsByThemselvesFromDifferentShards() throws Exception {
    try (var harness = assigner(0)) {
      assertThat(subtasks(harness, 30, 80, 30, 80, 30, 80)).containsExactly(0, 1, 0, 1, 0, 0);
    }
  }

  @Test
  void subtasksStartAtDifferentShards() throws Exception {
    try (var harness = assigner(1)) {
      assertThat(subtasks(harness, 30)).containsExactly(1);
    }
  }

  @Test
  void theTurnMovesOnWhenTheWindowHasWaitedLongEnough() throws Exception {
    try (var harness = assigner(0)) {
      harness.setProcessingTime(1_000);
      assertThat(subtasks(harness, 30)).containsExactly(0);
      harness.setProcessingTime(1_049);
      assertThat(subtasks(harness, 30)).containsExactly(0);
      harness.setProcessingTime(1_050);
      assertThat(subtasks(harness, 30)).containsExactly(1);
    }
  }

  @Test
  void keysStayWhileTheirBucketsAreLearned() throws Exception {
    LearnedBuckets plan = new LearnedBuckets(2);
    BucketShards shards = new BucketShards(plan.most(), 2, 128);
    Set<BucketKey> keys = new HashSet<>();
    for (int place = 0; place < plan.most(); place++) {
      keys.add(shards.key(place, 0));
      keys.add(shards.key(place, 1));
    }
    Set<LengthBucket> buckets = new HashSet<>();
    try (var harness = assigner(plan, shards, 0)) {
      for (int i = 0; i < 3_000; i++) {
        harness.processElement(
            TestingRequests.predicted("id", 1 + i * 7 % (i < 1_500 ? 60 : 400)), 0);
      }
      for (BucketedRequest request : harness.extractOutputValues()) {
        assertThat(keys).contains(request.key());
        buckets.add(request.bucket());
      }
    }
    assertThat(buckets)
        .contains(
            new LengthBucket(50, 256), // one of the first
            new LengthBucket(30, 256),
            new LengthBucket(60, 160),
            new LengthBucket(400, 24));
  }

  private static OneInputStreamOperatorTestHarness<PredictedRequest, BucketedRequest> assigner(
      int subtask) throws Exception {
    return assigner(BUCKETS, SHARDS, subtask);
  }

  private static OneInputStreamOperatorTestHarness<PredictedRequest, BucketedRequest> assigner(
      BucketPlan plan, BucketShards shards, int subtask) throws Exception {
    var operator = new ProcessOperator<>(new BucketAssigner(plan, shards, Duration.ofMillis(50)));
    var harness = new OneInputStreamOperatorTestHarness<>(operator, 128, 2, subtask);
    harness.open();
    return harness;
  }

  /** Returns the subtasks of requests with the given predicted lengths. */
  private static List<Integer> subtasks(
      OneInputStreamOperatorTestHarness<PredictedRequest, BucketedRequest> harness, int... lengths)
      throws Exception {
    List<Integer> subtasks = new ArrayList<>();
    for (int length : lengths) {
      PredictedRequest request = TestingRequests.predicted("id", length);
      harness.processElement(request, 0);
      List<BucketedRequest> values = harness.extractOutputValues();
      BucketedRequest last = values.get(values.size() - 1);
      BucketKey key = last.key();
      int bucket = BUCKETS.indexOf(length);
      assertThat(last.bucket()).isEqualTo(BUCKETS.buckets().get(bucket));
      subtasks.add(SHARDS.key(bucket, 0).equals(key) ? 0 : 1);
      assertThat(key).isIn(SHARDS.key(bucket, 0), SHARDS.key(bucket, 1));
    }
    return subtasks;
  }
}
