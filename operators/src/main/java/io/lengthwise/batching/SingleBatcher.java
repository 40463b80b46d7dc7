package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Makes each request a micro-batch of its own. */
final class SingleBatcher extends ProcessFunction<PredictedRequest, MicroBatch> {

  private static final long serialVersionUID = 1;

  private final LengthBuckets buckets;

  private transient BucketCounters counters;

  SingleBatcher(LengthBuckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public void open(OpenContext context) {
    counters = new BucketCounters(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement(PredictedRequest request, Context context, Collector<MicroBatch> out) {
    int bound = buckets.buckets().get(buckets.indexOf(request)).bound();
    counters.count(bound, 1);
    out.collect(
        new MicroBatch(bound, List.of(request), context.timerService().currentProcessingTime()));
  }
}
