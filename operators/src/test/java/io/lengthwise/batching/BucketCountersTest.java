package io.lengthwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class BucketCountersTest {

  @Test
  void countsMicroBatchesAndRequestsByBucket() {
    MetricListener metrics = new MetricListener();
    BucketCounters counters = new BucketCounters(metrics.getMetricGroup());
    counters.count(50, 8);
    counters.count(50, 3);
    counters.count(100, 4);
    assertThat(count(metrics, "lengthwise.bucket.50.microBatches")).isEqualTo(2);
    assertThat(count(metrics, "lengthwise.bucket.50.requests")).isEqualTo(11);
    assertThat(count(metrics, "lengthwise.bucket.100.microBatches")).isEqualTo(1);
    assertThat(count(metrics, "lengthwise.bucket.100.requests")).isEqualTo(4);
  }

  private static long count(MetricListener metrics, String name) {
    return metrics.getCounter(name.split("\\.")).orElseThrow().getCount();
  }
}
