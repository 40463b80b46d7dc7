package io.lengthwise.cli.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.WeakHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The metrics of the jobs in this JVM.
 *
 * <p>Flink creates the reporter. The metrics are therefore kept in a static field, where the
 * command can find them.
 */
public final class LiveMetrics implements MetricReporter {

  private static final Map<Metric, String> METRICS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private LiveMetrics() {}

  /** Returns the sum of a metric over all subtasks, or empty if no subtask has the metric. */
  public static OptionalDouble sum(String name) {
    List<Double> values = values(name);
    return values.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(values.stream().mapToDouble(Double::doubleValue).sum());
  }

  /**
   * Returns the largest value of a metric over all subtasks, or empty if no subtask has the metric.
   * Use it for metrics that all subtasks of a shared engine report.
   */
  public static OptionalDouble max(String name) {
    return values(name).stream().mapToDouble(Double::doubleValue).max();
  }

  private static List<Double> values(String name) {
    synchronized (METRICS) {
      return METRICS.entrySet().stream()
          .filter(entry -> entry.getValue().equals(name))
          .map(entry -> value(entry.getKey()))
          .filter(Double::isFinite)
          .toList();
    }
  }

  private static double value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    if (metric instanceof Meter meter) {
      return meter.getRate();
    }
    if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
      return number.doubleValue();
    }
    return Double.NaN;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    METRICS.put(metric, name);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    METRICS.remove(metric);
  }

  /** Flink finds the reporter by this factory. */
  public static final class Factory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new LiveMetrics();
    }
  }
}
