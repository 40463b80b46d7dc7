package io.lengthwise.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Flink session cluster of processes, from a distribution's own scripts: ZooKeeper, a JobManager
 * that is highly available through it, and TaskManagers of one slot each. Jobs go to it through
 * Flink's client.
 *
 * <p>What it logs stays under {@code target/clusters}.
 */
final class TestingSessionCluster implements BeforeAllCallback, AfterAllCallback {

  /** After which a TaskManager that does not answer counts as lost. */
  static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(30);

  private static final Path PACKAGES = Path.of("..", "job", "target").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");
  private static final Pattern STOPPED = Pattern.compile("Savepoint completed. Path: (\\S+)");

  private final int taskManagers;
  private final List<TaskManager> running = new CopyOnWriteArrayList<>();
  private Path home;
  private Path folder;
  private FlinkRest rest;
  private TestingProcess zooKeeper;
  private TestingProcess jobManager;
  private int started;

  /**
   * A TaskManager.
   *
   * @param metricsPort where it publishes its metrics for Prometheus
   */
  record TaskManager(TestingProcess process, int metricsPort) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** All its metrics as text; nothing while it does not answer. */
    String metrics() throws InterruptedException {
      URI address = URI.create("http://127.0.0.1:%d/metrics".formatted(metricsPort));
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      try {
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
      } catch (IOException e) {
        return "";
      }
    }
  }

  TestingSessionCluster(int taskManagers) {
    this.taskManagers = taskManagers;
  }

  /** An empty folder for a part of a test class's cluster. */
  static Path folderOf(ExtensionContext context, String part) throws IOException {
    Path folder =
        Path.of("target", "clusters", context.getRequiredTestClass().getSimpleName(), part)
            .toAbsolutePath();
    FileUtils.deleteDirectory(folder.toFile());
    return Files.createDirectories(folder);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    assumeTrue(Files.exists(jobJar()), "run by mvn verify, not by mvn test");
    home = FlinkDistribution.home();
    folder = folderOf(context, "flink");
    List<Integer> ports = TestingProcess.freePorts(2);
    rest = new FlinkRest(ports.get(1));
    linkLibraries();
    configure(ports.get(0), ports.get(1));
    zooKeeper =
        start(
            "zookeeper",
            "flink-console.sh",
            "zookeeper",
            "--zkConfigFile",
            folder.resolve("conf/zoo.cfg").toString(),
            "--peerId",
            "1");
    startJobManager();
    for (int i = 0; i < taskManagers; i++) {
      startTaskManager();
    }
    await().atMost(PATIENCE).until(() -> rest.taskManagers() == taskManagers);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (TaskManager taskManager : running) {
      taskManager.process().kill();
    }
    if (jobManager != null) {
      jobManager.kill();
    }
    if (zooKeeper != null) {
      zooKeeper.kill();
    }
  }

  private static Path jobJar() {
    return PACKAGES.resolve("lengthwise-job.jar");
  }

  /** A cluster's lib folder has DJL beside Flink; the distribution stays as it is. */
  private void linkLibraries() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("lib"));
    for (Path source : List.of(home.resolve("lib"), PACKAGES.resolve("cluster-lib"))) {
      try (Stream<Path> jars = Files.list(source)) {
        for (Path jar : jars.toList()) {
          Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
        }
      }
    }
  }

  private void configure(int zooKeeperPort, int restPort) throws IOException {
    Path conf = folder.resolve("conf");
    FileUtils.copyDirectory(home.resolve("conf").toFile(), conf.toFile());
    Configuration flink = GlobalConfiguration.loadConfiguration(conf.toString());
    Map<String, String> options = new HashMap<>();
    options.put("rest.port", String.valueOf(restPort));
    options.put("high-availability.type", "zookeeper");
    options.put("high-availability.zookeeper.quorum", "127.0.0.1:" + zooKeeperPort);
    options.put("high-availability.storageDir", folder.resolve("ha").toUri().toString());
    // A minute by default, for which a JobManager that was killed would still lead.
    options.put("high-availability.zookeeper.client.session-timeout", "10 s");
    options.put("heartbeat.interval", "2 s");
    options.put("heartbeat.timeout", HEARTBEAT_TIMEOUT.toSeconds() + " s");
    options.put("io.tmp.dirs", folder.resolve("tmp").toString());
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
    options.forEach(flink::setString);
    Files.createDirectories(folder.resolve("tmp"));
    Files.write(
        conf.resolve("config.yaml"), ConfigurationUtils.convertConfigToWritableLines(flink, false));
    Path data = Files.createDirectory(folder.resolve("zookeeper"));
    Files.writeString(
        conf.resolve("zoo.cfg"),
        """
        tickTime=1000
        initLimit=10
        syncLimit=5
        dataDir=%s
        clientPort=%d
        clientPortAddress=127.0.0.1
        admin.enableServer=false
        """
            .formatted(data, zooKeeperPort));
  }

  private TestingProcess start(String name, String script, String... arguments)
      throws IOException, InterruptedException {
    return TestingProcess.start(
        folder.resolve(name + ".log"), environment(), command(script, arguments));
  }

  private List<String> command(String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve(script).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private Map<String, String> environment() {
    return Map.of(
        "JAVA_HOME", System.getProperty("java.home"),
        "FLINK_CONF_DIR", folder.resolve("conf").toString(),
        "FLINK_LIB_DIR", folder.resolve("lib").toString(),
        "FLINK_LOG_DIR", folder.resolve("log").toString(),
        "FLINK_PID_DIR", folder.resolve("pid").toString(),
        "DJL_OFFLINE", "true",
        "RUST_FLAVOR", "cpu");
  }

  FlinkRest rest() {
    return rest;
  }

  /** The TaskManagers that run, the oldest first. */
  List<TaskManager> taskManagers() {
    return List.copyOf(running);
  }

  TestingProcess jobManager() {
    return jobManager;
  }

  private void startJobManager() throws IOException, InterruptedException {
    jobManager = start("jobmanager", "jobmanager.sh", "start-foreground");
  }

  void startTaskManager() throws IOException, InterruptedException {
    int port = TestingProcess.freePorts(1).get(0);
    TestingProcess process =
        start(
            "taskmanager-" + started++,
            "taskmanager.sh",
            "start-foreground",
            "-Dmetrics.reporter.prom.port=" + port);
    running.add(new TaskManager(process, port));
  }

  /** {@code kill -9} of the TaskManager that has run the longest; another takes its place. */
  void killTaskManager() throws IOException, InterruptedException {
    removeTaskManager();
    startTaskManager();
  }

  /** {@code kill -9} of the TaskManager that has run the longest, one too many. */
  void removeTaskManager() throws InterruptedException {
    running.remove(0).process().kill();
  }

  /** {@code kill -9} of the TaskManager that was started last; another takes its place. */
  void killYoungestTaskManager() throws IOException, InterruptedException {
    running.remove(running.size() - 1).process().kill();
    startTaskManager();
  }

  /** {@code kill -9} of the JobManager; another takes its place. */
  void killJobManager() throws IOException, InterruptedException {
    jobManager.kill();
    startJobManager();
  }

  /** Submits the job with {@code flink run}; the options stand in its file. */
  String submit(Map<String, String> options, String... arguments)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile(folder, "lengthwise", ".yaml");
    Files.write(
        file,
        ConfigurationUtils.convertConfigToWritableLines(Configuration.fromMap(options), true));
    List<String> command = new ArrayList<>(List.of("run", "-d"));
    command.addAll(List.of(arguments));
    command.addAll(List.of(jobJar().toString(), "--config", file.toString()));
    return flink(SUBMITTED, command);
  }

  /** Submits the job to go on from a savepoint. */
  String restore(Map<String, String> options, String savepoint)
      throws IOException, InterruptedException {
    return submit(options, "-s", savepoint);
  }

  /** Stops a job with {@code flink stop}, and returns the savepoint's path. */
  String stop(String job) throws IOException, InterruptedException {
    return flink(
        STOPPED,
        List.of("stop", "--savepointPath", folder.resolve("savepoints").toUri().toString(), job));
  }

  /** Cancels a job and waits until it has ended. */
  void cancel(String job) throws Exception {
    rest.cancel(job);
    await().atMost(PATIENCE).until(() -> rest.state(job).equals("CANCELED"));
  }

  private String flink(Pattern answer, List<String> arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command("flink", arguments.toArray(String[]::new)))
            .redirectErrorStream(true);
    builder.environment().putAll(environment());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    Matcher matcher = answer.matcher(output);
    if (!matcher.find()) {
      throw new IOException("flink %s: %s".formatted(arguments, output));
    }
    return matcher.group(1);
  }
}
