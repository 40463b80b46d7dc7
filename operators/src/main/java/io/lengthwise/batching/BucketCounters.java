package io.lengthwise.batching;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts micro-batches and their requests, with the bucket as the metrics' label: {@code
 * lengthwise.bucket.microBatches} and {@code lengthwise.bucket.requests}. Their ratio over the
 * bucket's size says how full the micro-batches are.
 */
final class BucketCounters {

  private final MetricGroup metrics;
  private final Map<Integer, Pair> byBound = new HashMap<>();

  BucketCounters(MetricGroup parent) {
    this.metrics = parent.addGroup("lengthwise");
  }

  void count(int bound, int requests) {
    Pair pair = byBound.computeIfAbsent(bound, this::register);
    pair.microBatches.inc();
    pair.requests.inc(requests);
  }

  private Pair register(int bound) {
    MetricGroup group = metrics.addGroup("bucket", Integer.toString(bound));
    return new Pair(group.counter("microBatches"), group.counter("requests"));
  }

  private record Pair(Counter microBatches, Counter requests) {}
}
