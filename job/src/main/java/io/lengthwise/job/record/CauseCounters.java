package io.lengthwise.job.record;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts causes. The counter of a cause is created when the cause first occurs.
 *
 * <p>Causes are a fixed set of words and never text from records, since each becomes a metric.
 */
public final class CauseCounters {

  private final MetricGroup group;
  private final String name;
  private final Map<String, Counter> counters = new HashMap<>();

  public CauseCounters(MetricGroup group, String name) {
    this.group = group;
    this.name = name;
  }

  public void inc(String cause) {
    counters.computeIfAbsent(cause, this::counter).inc();
  }

  private Counter counter(String cause) {
    return group.addGroup("cause", cause).counter(name);
  }
}
