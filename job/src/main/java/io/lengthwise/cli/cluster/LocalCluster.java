package io.lengthwise.cli.cluster;

import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TemporaryFolder;
import io.lengthwise.job.config.JobSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A Flink cluster in this JVM, for one job, with its web interface on the loopback address. */
public final class LocalCluster implements AutoCloseable {

  private static final long CLOSE_SECONDS = 20;

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "rest.address", "127.0.0.1",
          "rest.bind-address", "127.0.0.1",
          "rest.port", "0",
          "web.submit.enable", "false",
          "parallelism.default", "1",
          "taskmanager.memory.managed.size", "16mb",
          "taskmanager.memory.network.min", "64mb",
          "taskmanager.memory.network.max", "64mb");

  private final TemporaryFolder folder;
  private final CloseOnExit guard;
  private volatile MiniCluster cluster;
  private URI webAddress;
  private volatile RunningJob job;

  private LocalCluster(TemporaryFolder folder) {
    this.folder = folder;
    this.guard = CloseOnExit.of(this::stop);
  }

  /**
   * Starts a cluster.
   *
   * @param configuration Flink's options; they override the defaults of a local cluster
   * @param slots the largest parallelism of an operator
   */
  public static LocalCluster start(Configuration configuration, int slots) throws Exception {
    LocalCluster local = new LocalCluster(TemporaryFolder.create("lengthwise-flink"));
    try {
      local.cluster =
          new MiniCluster(
              new MiniClusterConfiguration.Builder()
                  .setConfiguration(flink(configuration, local.folder.path()))
                  .setNumTaskManagers(1)
                  .setNumSlotsPerTaskManager(slots)
                  .build());
      local.cluster.start();
      local.webAddress = local.cluster.getRestAddress().get();
      return local;
    } catch (Exception e) {
      local.close();
      throw e;
    }
  }

  private static Configuration flink(Configuration configuration, Path folder) {
    Configuration flink = Configuration.fromMap(DEFAULTS);
    flink.set(CoreOptions.TMP_DIRS, folder.toString());
    flink.set(WebOptions.TMP_DIR, folder.toString());
    // Without a folder, Flink keeps checkpoints in memory and fails if one exceeds 5 MB.
    flink.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    flink.setString("metrics.reporter.live.factory.class", LiveMetrics.Factory.class.getName());
    flink.addAll(configuration);
    return flink;
  }

  /** Creates an environment with the defaults of a local cluster, to which the job is submitted. */
  public static StreamExecutionEnvironment environment(Configuration configuration) {
    Configuration merged = Configuration.fromMap(DEFAULTS);
    merged.addAll(configuration);
    return StreamExecutionEnvironment.getExecutionEnvironment(merged);
  }

  /** Returns the number of slots that a job needs: the largest parallelism of an operator. */
  public static int slots(StreamExecutionEnvironment environment, JobSettings settings) {
    int parallelism =
        settings.parallelism() > 0 ? settings.parallelism() : environment.getParallelism();
    return Math.max(parallelism, settings.generationParallelism());
  }

  public URI webAddress() {
    return webAddress;
  }

  public RunningJob submit(StreamExecutionEnvironment environment, String name) throws Exception {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(name);
    JobID id = cluster.submitJob(graph.getJobGraph()).get().getJobID();
    job = new RunningJob(id, cluster.requestJobResult(id));
    return job;
  }

  @Override
  public void close() {
    guard.close();
  }

  /** Cancels the job first. Otherwise its engines would still compute while the JVM ends. */
  private void stop() {
    if (job != null && !job.result.isDone()) {
      awaitQuietly(cluster.cancelJob(job.id).thenCompose(acknowledged -> job.result));
    }
    if (cluster != null) {
      awaitQuietly(cluster.closeAsync());
    }
    folder.close();
  }

  private static void awaitQuietly(CompletableFuture<?> end) {
    try {
      end.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The process ends next, and the cluster ends with it.
    }
  }

  /** The job of this cluster. */
  public final class RunningJob {

    private final JobID id;
    private final CompletableFuture<JobResult> result;

    private RunningJob(JobID id, CompletableFuture<JobResult> result) {
      this.id = id;
      this.result = result;
    }

    /** Returns whether every subtask has opened, which includes loading its model. */
    public boolean hasOpened() throws InterruptedException {
      try {
        AccessExecutionGraph graph = cluster.getExecutionGraph(id).get();
        // A job that does not run yet has no subtasks.
        return graph.getState() == JobStatus.RUNNING
            && StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                .map(AccessExecutionVertex::getExecutionState)
                .allMatch(
                    state -> state == ExecutionState.RUNNING || state == ExecutionState.FINISHED);
      } catch (ExecutionException e) {
        return false;
      }
    }

    /**
     * Waits for the end of the job, at most for the given time. Returns whether the job has ended.
     */
    public boolean endsWithin(Duration time) throws InterruptedException {
      try {
        result.get(time.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException e) {
        return true;
      } catch (TimeoutException e) {
        return false;
      }
    }

    /**
     * Waits for the end of the job.
     *
     * @return the values of its accumulators
     * @throws CommandFailure with the cause, if the job failed or was cancelled
     */
    public Map<String, Object> await() throws InterruptedException {
      try {
        return result
            .get()
            .toJobExecutionResult(getClass().getClassLoader())
            .getAllAccumulatorResults();
      } catch (ExecutionException | IOException | ClassNotFoundException e) {
        throw new CommandFailure("The job could not be followed: " + rootMessage(e), e);
      } catch (JobExecutionException e) {
        throw new CommandFailure("The job failed: " + rootMessage(e), e);
      }
    }
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() != null ? root.getMessage() : root.toString();
  }
}
