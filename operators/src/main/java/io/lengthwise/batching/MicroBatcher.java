package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/** Makes what a window holds a micro-batch, in the order in which it came. */
final class MicroBatcher
    extends ProcessWindowFunction<BucketedRequest, MicroBatch, BucketKey, GlobalWindow> {

  private static final long serialVersionUID = 1;

  private transient BucketCounters counters;

  @Override
  public void open(OpenContext context) {
    counters = new BucketCounters(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void process(
      BucketKey key,
      Context context,
      Iterable<BucketedRequest> elements,
      Collector<MicroBatch> out) {
    List<PredictedRequest> requests = new ArrayList<>();
    elements.forEach(element -> requests.add(element.request()));
    counters.count(key.bound(), requests.size());
    out.collect(new MicroBatch(key.bound(), requests, context.currentProcessingTime()));
  }
}
