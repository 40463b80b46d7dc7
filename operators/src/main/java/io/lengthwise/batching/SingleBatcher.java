package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Makes a micro-batch of each request. */
final class SingleBatcher extends ProcessFunction<PredictedRequest, MicroBatch> {

  private static final long serialVersionUID = 1;

  private final BucketPlan plan;

  private transient CurrentBuckets current;
  private transient BucketCounters counters;

  SingleBatcher(BucketPlan plan) {
    this.plan = plan;
  }

  @Override
  public void open(OpenContext context) {
    current = plan.open();
    counters = new BucketCounters(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement(PredictedRequest request, Context context, Collector<MicroBatch> out) {
    double length = LengthBuckets.lengthOf(request);
    int bound = current.forNext(length).of(length).bound();
    counters.count(bound, 1);
    out.collect(
        new MicroBatch(bound, List.of(request), context.timerService().currentProcessingTime()));
  }
}
