package io.lengthwise.it;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A job on a cluster that answers a client's requests, and that a {@link Fault} strikes. */
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

  /** The number of failed checkpoints of the job under the current JobManager. */
  int failedCheckpoints() throws InterruptedException {
    return cluster.rest().checkpoints(job, "failed");
  }

  /** Stops the job with a savepoint and restores it with the given parallelism. */
  void rescale(int parallelism) throws IOException, InterruptedException {
    options.put("job.parallelism", String.valueOf(parallelism));
    restores += restoresOfThisJob();
    job = flink.run(options, flink.stop(job));
  }

  /** The number of times that the job was restored under the current JobManager. */
  int restores() throws InterruptedException {
    return restores + restoresOfThisJob();
  }

  private int restoresOfThisJob() throws InterruptedException {
    return cluster.rest().checkpoints(job, "restored");
  }

  /** Keeps a fault for the given time. The duration is part of the test. */
  static void hold(Duration time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
  }
}
