package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts each request into its length bucket and chooses the shard.
 *
 * <p>One micro-batch's worth of a bucket goes to one shard, then the next shard has its turn:
 * micro-batches fill as fast as with a single shard, and the shards get equally many. When the
 * maximum wait has passed the turn moves on too, since the window has fired by then. The subtasks
 * and buckets start their turns at different shards. The key travels in the record, so that both
 * sides of Flink's {@code keyBy} see the same one.
 */
final class BucketAssigner extends ProcessFunction<PredictedRequest, BucketedRequest> {

  private static final long serialVersionUID = 1;

  private final BucketPlan plan;
  private final BucketShards shards;
  private final long maxWaitMillis;

  private transient CurrentBuckets current;
  private transient Turn[] turns;

  BucketAssigner(BucketPlan plan, BucketShards shards, Duration maxWait) {
    this.plan = plan;
    this.shards = shards;
    this.maxWaitMillis = maxWait.toMillis();
  }

  @Override
  public void open(OpenContext context) {
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    current = plan.open();
    turns = new Turn[plan.most()];
    for (int bucket = 0; bucket < turns.length; bucket++) {
      turns[bucket] = new Turn((subtask + bucket) % shards.count());
    }
  }

  @Override
  public void processElement(
      PredictedRequest request, Context context, Collector<BucketedRequest> out) {
    double length = LengthBuckets.lengthOf(request);
    LengthBuckets buckets = current.forNext(length);
    int place = buckets.indexOf(length);
    LengthBucket bucket = buckets.buckets().get(place);
    long now = context.timerService().currentProcessingTime();
    int shard = turns[place].next(bucket.size(), now);
    out.collect(new BucketedRequest(shards.key(place, shard), bucket, request));
  }

  /** Which shard a bucket's requests go to now. */
  private final class Turn {
    private int shard;
    private int given;
    private long since;

    Turn(int shard) {
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
