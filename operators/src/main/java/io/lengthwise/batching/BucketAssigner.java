package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Assigns each request to its length bucket and to a shard of the bucket.
 *
 * <p>A shard gets the requests of one micro-batch, then the next shard follows. So micro-batches
 * fill as fast as with a single shard, and all shards get equally many requests. The next shard
 * also follows after the maximum wait, when the window has fired. Each subtask and each bucket
 * starts with a different shard. The key is a field of the record, since Flink computes it twice,
 * before and after {@code keyBy}.
 */
final class BucketAssigner extends ProcessFunction<PredictedRequest, BucketedRequest> {

  private static final long serialVersionUID = 1;

  private final BucketPlan plan;
  private final BucketShards shards;
  private final long maxWaitMillis;

  private transient CurrentBuckets current;
  private transient ShardCursor[] cursors;

  BucketAssigner(BucketPlan plan, BucketShards shards, Duration maxWait) {
    this.plan = plan;
    this.shards = shards;
    this.maxWaitMillis = maxWait.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    current = plan.open();
    cursors = new ShardCursor[plan.most()];
    for (int bucket = 0; bucket < cursors.length; bucket++) {
      cursors[bucket] = new ShardCursor((subtask + bucket) % shards.count());
    }
  }

  @Override
  public void processElement(
      PredictedRequest request, Context context, Collector<BucketedRequest> out) {
    double length = LengthBuckets.lengthOf(request);
    LengthBuckets buckets = current.forNext(length);
    int index = buckets.indexOf(length);
    LengthBucket bucket = buckets.buckets().get(index);
    long now = context.timerService().currentProcessingTime();
    int shard = cursors[index].next(bucket.size(), now);
    out.collect(new BucketedRequest(shards.key(index, shard), bucket, request));
  }

  /** The shard that gets the next request of a bucket. */
  private final class ShardCursor {
    private int shard;
    private int given;
    private long since;

    ShardCursor(int shard) {
      this.shard = shard;
    }

    int next(int size, long now) {
      if (given >= size || (given > 0 && now - since >= maxWaitMillis)) {
        shard = (shard + 1) % shards.count();
        given = 0;
      }
      if (given == 0) {
        since = now;
      }
      given++;
      return shard;
    }
  }
}
