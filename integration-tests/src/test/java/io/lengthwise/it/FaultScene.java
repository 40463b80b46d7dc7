package io.lengthwise.it;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A job that answers a client's requests on a cluster, for a {@link Fault} to strike. */
final class FaultScene {

  private final TestingSessionCluster cluster;
  private final FlinkClient flink;
  private final TestingBrokerProcess broker;
  private final TestingClient client;
  private final Map<String, String> options;
  private final Path folder;
  private String job;
  private int restores;

  /** Submits the job of a jar. */
  FaultScene(
      TestingSessionCluster cluster,
      Path jar,
      TestingBrokerProcess broker,
      TestingClient client,
      Map<String, String> options,
      Path folder)
      throws IOException, InterruptedException {
    this.cluster = cluster;
    this.flink = cluster.client(jar);
    this.broker = broker;
    this.client = client;
    this.options = new HashMap<>(options);
    this.folder = folder;
    this.job = flink.run(options);
  }

  TestingSessionCluster cluster() {
    return cluster;
  }

  TestingBrokerProcess broker() {
    return broker;
  }

  TestingClient client() {
    return client;
  }

  /** The folder of {@link Fault#options}. */
  Path folder() {
    return folder;
  }

  String job() {
    return job;
  }

  /** Checkpoints of the job that failed since its JobManager leads. */
  int failedCheckpoints() throws InterruptedException {
    return cluster.rest().checkpoints(job, "failed");
  }

  /** Stops the job with a savepoint and goes on from it with so many subtasks. */
  void rescale(int parallelism) throws IOException, InterruptedException {
    options.put("job.parallelism", String.valueOf(parallelism));
    restores += restoresOfThisJob();
    job = flink.run(options, flink.stop(job));
  }

  /** How often the job went on from a checkpoint or savepoint, since its JobManager leads. */
  int restores() throws InterruptedException {
    return restores + restoresOfThisJob();
  }

  private int restoresOfThisJob() throws InterruptedException {
    return cluster.rest().checkpoints(job, "restored");
  }

  /** Leaves a fault as it is for so long: how long it lasts is what is tried. */
  static void hold(Duration time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
  }
}
