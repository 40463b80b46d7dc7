package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.prediction.LengthDistribution;
import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.prediction.TestingRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("try") // Flink declares that closing may throw any exception.
class MicroBatchesTest {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final LengthBuckets BUCKETS = LengthBuckets.parse("50:8,100:4,200:2");
  private static final Map<Integer, Integer> SIZES = Map.of(50, 8, 100, 4, 200, 2);

  @Test
  void aBoundedStreamLosesNothingOfItsLastPartialBatches() throws Exception {
    List<MicroBatch> batches = run(BatchingMode.BUCKET, 501);
    assertThat(ids(batches)).hasSize(501).doesNotHaveDuplicates();
    for (MicroBatch batch : batches) {
      int bound = batch.bucket();
      assertThat(batch.requests()).hasSizeBetween(1, SIZES.get(bound));
      assertThat(batch.requests())
          .allMatch(request -> BUCKETS.of(LengthBuckets.lengthOf(request)).bound() == bound);
    }
    // The wait is long. Only the end of the stream makes partial micro-batches: one a bucket and
    // shard.
    assertThat(batches.stream().filter(b -> b.requests().size() < SIZES.get(b.bucket())))
        .hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void groupsHoldRequestsOfEveryLength() throws Exception {
    List<MicroBatch> groups = run(BatchingMode.GROUP, LengthBuckets.single(16), 501);
    assertThat(ids(groups)).hasSize(501).doesNotHaveDuplicates();
    // Only the end of the stream makes partial groups: one a shard.
    assertThat(groups.stream().filter(group -> group.requests().size() < 16))
        .hasSizeLessThanOrEqualTo(2);
    assertThat(groups)
        .allSatisfy(
            group -> {
              assertThat(group.bucket()).isEqualTo(LengthDistribution.LONGEST);
              assertThat(group.requests()).hasSizeBetween(1, 16);
            });
  }

  @Test
  void groupsOfOneSubtaskAreInOrderOfArrival() throws Exception {
    List<MicroBatch> groups = run(BatchingMode.GROUP, LengthBuckets.single(16), 40, 1);
    assertThat(groups).extracting(group -> group.requests().size()).containsExactly(16, 16, 8);
    assertThat(ids(groups))
        .isEqualTo(IntStream.rangeClosed(1, 40).mapToObj(i -> "request-" + i).toList());
  }

  @Test
  void withoutBatchingEachRequestComesByItself() throws Exception {
    List<MicroBatch> batches = run(BatchingMode.NONE, 50);
    assertThat(ids(batches)).hasSize(50).doesNotHaveDuplicates();
    assertThat(batches).allMatch(batch -> batch.requests().size() == 1);
  }

  @Test
  void bucketsThatAreLearnedOnTheWayLoseNothing() throws Exception {
    List<MicroBatch> batches = run(BatchingMode.BUCKET, new LearnedBuckets(3), 1501);
    assertThat(ids(batches)).hasSize(1501).doesNotHaveDuplicates();
    // Windows that were open when the bounds changed keep the bounds of the paper.
    assertThat(batches).extracting(MicroBatch::bucket).contains(80, 160, 230);
    for (MicroBatch batch : batches) {
      assertThat(batch.requests())
          .extracting(LengthBuckets::lengthOf)
          .allMatch(length -> length <= batch.bucket());
    }
  }

  private static List<MicroBatch> run(BatchingMode mode, int requests) throws Exception {
    return run(mode, BUCKETS, requests);
  }

  private static List<MicroBatch> run(BatchingMode mode, BucketPlan buckets, int requests)
      throws Exception {
    return run(mode, buckets, requests, 2);
  }

  private static List<MicroBatch> run(
      BatchingMode mode, BucketPlan buckets, int requests, int parallelism) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(parallelism);
    DataStream<PredictedRequest> predicted =
        environment
            .fromSequence(1, requests)
            .map(i -> TestingRequests.predicted("request-" + i, (int) (i * 37 % 230) + 1))
            .returns(PredictedRequest.class);
    BatchingOptions options =
        new BatchingOptions(mode, buckets, Duration.ofHours(1), parallelism, 128);
    List<MicroBatch> batches = new ArrayList<>();
    try (CloseableIterator<MicroBatch> results =
        MicroBatches.of(predicted, options).executeAndCollect()) {
      results.forEachRemaining(batches::add);
    }
    return batches;
  }

  private static List<String> ids(List<MicroBatch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.requests().stream())
        .map(request -> request.encoded().request().id())
        .toList();
  }
}
