package io.lengthwise.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Flink session cluster of processes, from a distribution's own scripts: ZooKeeper, a JobManager
 * that is highly available through it, and TaskManagers, of one slot each if no option says
 * otherwise. It starts while other extensions do, and is up when a test begins.
 *
 * <p>What it logs stays under {@code target/clusters}.
 */
final class TestingSessionCluster
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final int count;
  private final Map<String, String> options;
  private final List<TestingTaskManager> taskManagers = new CopyOnWriteArrayList<>();
  private ClusterFolder folder;
  private FlinkRest rest;
  private TestingProcess zooKeeper;
  private TestingProcess jobManager;
  private int started;

  /**
   * A cluster that does not run yet.
   *
   * @param options of Flink, beside those of all
   */
  TestingSessionCluster(int taskManagers, Map<String, String> options) {
    this.count = taskManagers;
    this.options = options;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    assumeTrue(FlinkClient.hasJob(), "run by mvn verify, not by mvn test");
    folder = new ClusterFolder(FlinkDistribution.home(), ClusterFolder.emptyFor(context, "flink"));
    List<Integer> ports = TestingProcess.freePorts(2);
    rest = new FlinkRest(ports.get(1));
    Map<String, String> flink = new HashMap<>(options(ports.get(1)));
    flink.putAll(options);
    folder.prepare(flink, ports.get(0));
    String configuration = folder.zooKeeperConfiguration().toString();
    zooKeeper =
        start(
            "zookeeper",
            "flink-console.sh",
            List.of("zookeeper", "--zkConfigFile", configuration, "--peerId", "1"));
    startJobManager();
    startMissing();
  }

  /** A TaskManager that an earlier test has lost is replaced. */
  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    taskManagers.removeIf(taskManager -> !taskManager.process().isAlive());
    startMissing();
    await().atMost(PATIENCE).until(() -> rest.taskManagers() >= taskManagers.size());
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (TestingTaskManager taskManager : taskManagers) {
      taskManager.process().kill();
    }
    if (jobManager != null) {
      jobManager.kill();
    }
    if (zooKeeper != null) {
      zooKeeper.kill();
    }
  }

  private void startMissing() throws IOException, InterruptedException {
    while (taskManagers.size() < count) {
      startTaskManager();
    }
  }

  private static Map<String, String> options(int restPort) {
    Map<String, String> options = new HashMap<>();
    options.put("rest.port", String.valueOf(restPort));
    // A minute by default, for which a JobManager that was killed would still lead.
    options.put("high-availability.zookeeper.client.session-timeout", "10 s");
    options.put("heartbeat.interval", "2 s");
    options.put("heartbeat.timeout", "30 s");
    // 10 s by default, after which a process ends that starts on a busy machine.
    options.put("pekko.startup-timeout", "2 min");
    options.put("jobmanager.memory.process.size", "1 gb");
    options.put("taskmanager.memory.process.size", "1400 mb");
    options.put("taskmanager.memory.managed.size", "16 mb");
    options.put("taskmanager.memory.network.min", "32 mb");
    options.put("taskmanager.memory.network.max", "32 mb");
    options.put("taskmanager.memory.task.off-heap.size", "256 mb");
    options.put("classloader.parent-first-patterns.additional", "ai.djl.;com.sun.jna.");
    options.put(
        "metrics.reporter.prom.factory.class",
        "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    return options;
  }

  private TestingProcess start(String name, String script, List<String> arguments)
      throws IOException, InterruptedException {
    return TestingProcess.start(
        folder.path().resolve(name + ".log"),
        folder.environment(),
        folder.command(script, arguments));
  }

  private void startJobManager() throws IOException, InterruptedException {
    jobManager = start("jobmanager", "jobmanager.sh", List.of("start-foreground"));
  }

  /** Starts one more, without waiting until it is registered. */
  void startTaskManager() throws IOException, InterruptedException {
    int port = TestingProcess.freePorts(1).get(0);
    TestingProcess process =
        start(
            "taskmanager-" + started++,
            "taskmanager.sh",
            List.of("start-foreground", "-Dmetrics.reporter.prom.port=" + port));
    taskManagers.add(new TestingTaskManager(process, port));
  }

  /** {@code kill -9} of a TaskManager. */
  void killTaskManager(TestingTaskManager taskManager) throws InterruptedException {
    taskManagers.remove(taskManager);
    taskManager.process().kill();
  }

  /** {@code kill -9} of the JobManager; another takes its place. */
  void killJobManager() throws IOException, InterruptedException {
    jobManager.kill();
    startJobManager();
  }

  /** The TaskManagers that were not killed, the oldest first. */
  List<TestingTaskManager> taskManagers() {
    return List.copyOf(taskManagers);
  }

  /** A client that submits the packaged job. */
  FlinkClient client() {
    return client(FlinkClient.JOB_JAR);
  }

  FlinkClient client(Path jar) {
    return new FlinkClient(folder, jar);
  }

  FlinkRest rest() {
    return rest;
  }

  /** Cancels a job and waits until it has ended. */
  void cancel(String job) throws Exception {
    rest.cancel(job);
    await().atMost(PATIENCE).until(() -> rest.state(job).equals("CANCELED"));
  }
}
