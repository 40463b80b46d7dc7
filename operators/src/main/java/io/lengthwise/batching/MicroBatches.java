package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;

/** The part of the job that forms micro-batches. */
public final class MicroBatches {

  private MicroBatches() {}

  /**
   * Forms the micro-batches of a stream of predicted requests.
   *
   * <p>The windows are the operator with the uid {@code micro-batch}, those of groups {@code
   * group}; a job without windows has one with the uid {@code single-batch} in their place. So
   * Flink refuses a savepoint with requests in windows that nobody would open. The parallelism is
   * set on the operator; what follows with the same parallelism is chained to it and gets each
   * shard on its own subtask.
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
