package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/** Adds the operators that form micro-batches to the job. */
public final class MicroBatches {

  private MicroBatches() {}

  /**
   * Forms the micro-batches of a stream of predicted requests.
   *
   * <p>The uid of the last operator is {@code micro-batch} for buckets, {@code group} for groups
   * and {@code single-batch} without windows. So Flink refuses to restore a savepoint whose windows
   * the new job does not have. An operator that follows with the same parallelism is chained, so
   * each of its subtasks gets the requests of its own shards.
   */
  public static SingleOutputStreamOperator<MicroBatch> of(
      DataStream<PredictedRequest> requests, BatchingOptions options) {
    return switch (options.mode()) {
      case BUCKET -> windows("assign-bucket", "micro-batch", requests, options);
      case GROUP -> windows("assign-group", "group", requests, options);
      case NONE -> one(requests, options);
    };
  }

  private static SingleOutputStreamOperator<MicroBatch> windows(
      String assigner,
      String windows,
      DataStream<PredictedRequest> requests,
      BatchingOptions options) {
    BucketShards shards =
        new BucketShards(options.buckets().most(), options.parallelism(), options.maxParallelism());
    return requests
        .process(new BucketAssigner(options.buckets(), shards, options.maxWait()))
        .name(assigner)
        .uid(assigner)
        .setParallelism(requests.getParallelism())
        .keyBy(BucketedRequest::key)
        .window(GlobalWindows.create())
        .trigger(new MicroBatchTrigger(options.maxWait()))
        .process(new MicroBatcher())
        .name(windows)
        .uid(windows)
        .setParallelism(options.parallelism())
        .setMaxParallelism(options.maxParallelism());
  }

  private static SingleOutputStreamOperator<MicroBatch> one(
      DataStream<PredictedRequest> requests, BatchingOptions options) {
    return requests
        .rebalance()
        .process(new SingleBatcher(options.buckets()))
        .name("single-batch")
        .uid("single-batch")
        .setParallelism(options.parallelism())
        .setMaxParallelism(options.maxParallelism());
  }
}
