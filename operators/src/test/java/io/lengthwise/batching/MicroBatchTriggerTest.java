package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.TestingRequests;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The trigger inside the window operator as {@link MicroBatches} wires it. */
@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class MicroBatchTriggerTest {

  private static final LengthBuckets BUCKETS = LengthBuckets.parse("50:3,100:2");
  private static final BatchingOptions OPTIONS =
      new BatchingOptions(BatchingMode.BUCKET, BUCKETS, Duration.ofMillis(50), 2, 128);
  private static final BucketShards SHARDS = new BucketShards(2, 2, 128);

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<BucketKey, BucketedRequest, MicroBatch> {

    Harness(int parallelism, int subtask) throws Exception {
      super(
          windows(),
          BucketedRequest::key,
          TypeInformation.of(BucketKey.class),
          128,
          parallelism,
          subtask);
    }

    void add(String id, int length) throws Exception {
      add(0, TestingRequests.predicted(id, length));
    }

    void add(int shard, PredictedRequest request) throws Exception {
      int place = BUCKETS.indexOf(LengthBuckets.lengthOf(request));
      LengthBucket bucket = BUCKETS.buckets().get(place);
      processElement(new BucketedRequest(SHARDS.key(place, shard), bucket, request), 0);
    }

    /** Adds a request to the window of the first bucket, whose bounds may have changed. */
    void addToFirst(String id, LengthBucket bucket) throws Exception {
      PredictedRequest request = TestingRequests.predicted(id, bucket.bound());
      processElement(new BucketedRequest(SHARDS.key(0, 0), bucket, request), 0);
    }

    List<String> batches() {
      return extractOutputValues().stream().map(MicroBatchTriggerTest::describe).toList();
    }

    void holdsNothing() {
      assertThat(numProcessingTimeTimers()).isZero();
      assertThat(numEventTimeTimers()).isZero();
      assertThat(numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void firesAtTheSizeOfItsBucketInTheOrderOfArrival() throws Exception {
    try (Harness harness = opened()) {
      harness.add("a", 30);
      harness.add("b", 80);
      harness.add("c", 31);
      assertThat(harness.batches()).isEmpty();
      harness.add("d", 29);
      assertThat(harness.batches()).containsExactly("50: a c d at 1000");
      harness.add("e", 81);
      assertThat(harness.batches()).containsExactly("50: a c d at 1000", "100: b e at 1000");
      harness.holdsNothing();
    }
  }

  @Test
  void firesWhenTheOldestHasWaitedLongEnough() throws Exception {
    try (Harness harness = opened()) {
      harness.add("a", 30);
      harness.setProcessingTime(1_030);
      harness.add("b", 30);
      harness.setProcessingTime(1_049);
      assertThat(harness.batches()).isEmpty();
      harness.setProcessingTime(1_050);
      assertThat(harness.batches()).containsExactly("50: a b at 1050");
      harness.holdsNothing();
    }
  }

  @Test
  void aWindowThatFiredBySizeLeavesTheNextItsFullWait() throws Exception {
    try (Harness harness = opened()) {
      harness.add("a", 80);
      harness.setProcessingTime(1_040);
      harness.add("b", 80);
      harness.add("c", 80);
      harness.setProcessingTime(1_089);
      assertThat(harness.batches()).containsExactly("100: a b at 1040");
      harness.setProcessingTime(1_090);
      assertThat(harness.batches()).containsExactly("100: a b at 1040", "100: c at 1090");
      harness.holdsNothing();
    }
  }

  @Test
  void theEndOfTheStreamFiresWhatIsLeft() throws Exception {
    try (Harness harness = opened()) {
      harness.add("a", 30);
      harness.add("b", 80);
      harness.processWatermark(new Watermark(123_456));
      assertThat(harness.batches()).isEmpty();
      harness.processWatermark(Watermark.MAX_WATERMARK);
      assertThat(harness.batches()).containsExactlyInAnyOrder("50: a at 1000", "100: b at 1000");
      harness.holdsNothing();
    }
  }

  @Test
  void aRequestWaitsAtMostHalfOfTheTimeToItsDeadline() throws Exception {
    try (Harness harness = opened()) {
      harness.add("a", 30);
      harness.add(0, TestingRequests.predicted("b", 30, 1_020));
      harness.setProcessingTime(1_009);
      assertThat(harness.batches()).isEmpty();
      harness.setProcessingTime(1_010);
      assertThat(harness.batches()).containsExactly("50: a b at 1010");
      harness.holdsNothing();
    }
  }

  @Test
  void aRequestPastItsDeadlineDoesNotWait() throws Exception {
    try (Harness harness = opened()) {
      harness.add(0, TestingRequests.predicted("a", 30, 900));
      assertThat(harness.batches()).containsExactly("50: a at 1000");
      harness.add("b", 30);
      harness.add(0, TestingRequests.predicted("c", 30, Long.MIN_VALUE));
      assertThat(harness.batches()).containsExactly("50: a at 1000", "50: b c at 1000");
      harness.holdsNothing();
    }
  }

  @Test
  void whatWaitsSurvivesARestoreWithItsCountAndItsTimer() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = opened()) {
      harness.add("a", 30);
      harness.add("b", 30);
      harness.add("c", 80);
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(state);
      harness.setProcessingTime(1_020);
      harness.open();
      harness.add("d", 30);
      assertThat(harness.batches()).containsExactly("50: a b d at 1020");
      harness.setProcessingTime(1_050);
      assertThat(harness.batches()).containsExactly("50: a b d at 1020", "100: c at 1050");
      harness.holdsNothing();
    }
  }

  @Test
  void whatWaitsIsSplitOverMoreSubtasksByItsShard() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = opened()) {
      harness.add(0, TestingRequests.predicted("a", 30));
      harness.add(1, TestingRequests.predicted("b", 30));
      harness.add(1, TestingRequests.predicted("c", 80));
      state = harness.snapshot(1, 1);
    }
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness harness = new Harness(2, subtask)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(state, 128, 1, 2, subtask));
        harness.setProcessingTime(1_050);
        harness.open();
        harness.setProcessingTime(1_051);
        assertThat(harness.batches().stream().map(batch -> batch.replaceAll(" at .*", "")))
            .containsExactlyInAnyOrder(
                subtask == 0 ? new String[] {"50: a"} : new String[] {"50: b", "100: c"});
        harness.holdsNothing();
      }
    }
  }

  @Test
  void whatWaitsWhileItsBucketChangesIsBatchedUnderTheLargestBound() throws Exception {
    try (Harness harness = opened()) {
      harness.addToFirst("a", new LengthBucket(50, 3));
      harness.addToFirst("b", new LengthBucket(40, 4));
      harness.addToFirst("c", new LengthBucket(40, 4));
      assertThat(harness.batches()).isEmpty();
      harness.addToFirst("d", new LengthBucket(40, 4));
      harness.addToFirst("e", new LengthBucket(90, 2));
      harness.addToFirst("f", new LengthBucket(60, 1));
      assertThat(harness.batches()).containsExactly("50: a b c d at 1000", "90: e f at 1000");
      harness.holdsNothing();
    }
  }

  @Test
  void windowsOfAJobWithOtherBucketsAreFilledAndFired() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = opened()) {
      harness.addToFirst("a", new LengthBucket(70, 8));
      BucketKey third = new BucketShards(3, 2, 128).key(2, 0);
      harness.processElement(
          new BucketedRequest(third, new LengthBucket(512, 8), TestingRequests.predicted("b", 300)),
          0);
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = new Harness(1, 0)) {
      harness.initializeState(state);
      harness.setProcessingTime(1_020);
      harness.open();
      harness.add("c", 30);
      harness.add("d", 30);
      assertThat(harness.batches()).containsExactly("70: a c d at 1020");
      harness.setProcessingTime(1_050);
      assertThat(harness.batches()).containsExactly("70: a c d at 1020", "512: b at 1050");
      harness.holdsNothing();
    }
  }

  private static Harness opened() throws Exception {
    Harness harness = new Harness(1, 0);
    harness.setProcessingTime(1_000);
    harness.open();
    return harness;
  }

  private static StreamOperatorFactory<MicroBatch> windows() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    DataStream<PredictedRequest> requests =
        environment.fromData(TestingRequests.predicted("id", 30));
    return ((OneInputTransformation<?, MicroBatch>)
            MicroBatches.of(requests, OPTIONS).getTransformation())
        .getOperatorFactory();
  }

  private static String describe(MicroBatch batch) {
    StringBuilder text = new StringBuilder(batch.bucket() + ":");
    batch.requests().forEach(request -> text.append(' ').append(request.encoded().request().id()));
    return text.append(" at ").append(batch.formedAt()).toString();
  }
}
