package io.lengthwise.it;

import io.lengthwise.job.LengthwiseJob;
import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Flink cluster for the tests of a class, with TaskManagers of one slot each. It runs the whole
 * job.
 */
final class TestingCluster implements BeforeAllCallback, AfterAllCallback {

  /** The beginning of the names of the engines' threads. */
  static final String ENGINE_THREAD = "lengthwise-engine";

  private static final long END_SECONDS = 120;

  /** It keeps the metrics of the subtasks that have ended. */
  private final InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();

  private final int taskManagers;
  private MiniCluster cluster;
  private int killed;

  TestingCluster(int taskManagers) {
    this.taskManagers = taskManagers;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Configuration flink = new Configuration();
    // Any free port, because another Flink of the machine may use the default.
    flink.setString("rest.port", "0");
    flink.setString("rest.bind-address", "127.0.0.1");
    flink.setString("taskmanager.memory.managed.size", "16 mb");
    flink.setString("taskmanager.memory.network.min", "32 mb");
    flink.setString("taskmanager.memory.network.max", "32 mb");
    reporter.addToConfiguration(flink);
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(flink)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Submits the job. */
  JobID start(Configuration configuration) throws Exception {
    return start(configuration, SavepointRestoreSettings.none());
  }

  /** Submits the job to restore a savepoint. All of its state must find its operator. */
  JobID restore(Configuration configuration, String savepoint) throws Exception {
    return start(configuration, SavepointRestoreSettings.forPath(savepoint, false));
  }

  private JobID start(Configuration configuration, SavepointRestoreSettings savepoint)
      throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    LengthwiseJob.define(environment, JobSettings.of(configuration));
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    graph.setSavepointRestoreSettings(savepoint);
    return cluster.submitJob(graph).get().getJobID();
  }

  /** Waits until all subtasks have opened. */
  void awaitRunning(JobID job) throws Exception {
    CommonTestUtils.waitForAllTaskRunning(cluster, job, false);
  }

  /** Waits for the end of a bounded job, and throws if it failed. */
  void finish(JobID job) throws Exception {
    result(job).toJobExecutionResult(getClass().getClassLoader());
  }

  /** Cancels a job and waits for its end. */
  void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get();
    result(job);
  }

  private JobResult result(JobID job) throws Exception {
    return cluster.requestJobResult(job).get(END_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Stops a job with a savepoint.
   *
   * @param drain whether the job first answers what it has read
   * @return the savepoint's path
   */
  String stop(JobID job, Path folder, boolean drain) throws Exception {
    String savepoint =
        cluster
            .stopWithSavepoint(job, folder.toUri().toString(), drain, SavepointFormatType.CANONICAL)
            .get(END_SECONDS, TimeUnit.SECONDS);
    finish(job);
    return savepoint;
  }

  /** Ends the oldest TaskManager and starts another one. */
  void killTaskManager() throws Exception {
    cluster.terminateTaskManager(killed++).get();
    cluster.startTaskManager();
  }

  /** The sum of a metric of ours over a job's subtasks, including those of earlier attempts. */
  long sum(JobID job, String metric) {
    return reporter.getMetricsByGroup().entrySet().stream()
        .filter(entry -> isOurs(entry.getKey(), job))
        .map(entry -> entry.getValue().get(metric))
        .filter(Objects::nonNull)
        .mapToLong(TestingCluster::value)
        .sum();
  }

  /** The labels and names of all current and former metrics. */
  String metrics() {
    StringBuilder text = new StringBuilder();
    reporter
        .getMetricsByGroup()
        .forEach((group, metrics) -> text.append(group.getAllVariables()).append(metrics.keySet()));
    return text.toString();
  }

  private static boolean isOurs(MetricGroup group, JobID job) {
    String[] scope = group.getScopeComponents();
    return scope[scope.length - 1].equals("lengthwise")
        && job.toString().equals(group.getAllVariables().get("<job_id>"));
  }

  private static long value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("Neither a counter nor a gauge of numbers: " + metric);
  }
}
