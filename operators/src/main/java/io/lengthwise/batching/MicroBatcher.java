package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Makes a micro-batch of the requests of a window, in order of arrival.
 *
 * <p>If the bound of the bucket changed while the requests waited, the micro-batch has the largest
 * bound.
 */
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
    int bound = 0;
    for (BucketedRequest element : elements) {
      requests.add(element.request());
      bound = Math.max(bound, element.bucket().bound());
    }
    counters.count(bound, requests.size());
    out.collect(new MicroBatch(bound, requests, context.currentProcessingTime()));
  }
}
