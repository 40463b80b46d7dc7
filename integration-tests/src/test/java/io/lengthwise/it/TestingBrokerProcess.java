package io.lengthwise.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.commons.io.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Kafka broker in its own process, which is its own controller. It can stop and start again with
 * its data.
 */
final class TestingBrokerProcess implements BeforeAllCallback, AfterAllCallback {

  private static final Path LIBRARIES = ClusterFolder.PACKAGES.resolve("cli/lib");
  private static final Duration START = Duration.ofMinutes(5);

  private Path folder;
  private int port;
  private TestingProcess process;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    folder = ClusterFolder.emptyFor(context, "broker");
    List<Integer> ports = TestingProcess.freePorts(2);
    port = ports.get(0);
    Files.writeString(folder.resolve("server.properties"), properties(ports.get(1)));
    Files.writeString(
        folder.resolve("log4j2.properties"),
        """
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} %m%n
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        """);
    format();
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (process != null) {
      process.kill();
      FileUtils.deleteDirectory(folder.resolve("data").toFile());
    }
  }

  private void format() throws IOException, InterruptedException {
    Process format =
        new ProcessBuilder(
                java(
                    "kafka.tools.StorageTool",
                    "format",
                    "--config",
                    folder.resolve("server.properties").toString(),
                    "--cluster-id",
                    Uuid.randomUuid().toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("format.log").toFile())
            .start();
    if (format.waitFor() != 0) {
      throw new IOException(Files.readString(folder.resolve("format.log")));
    }
  }

  private List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-cp", LIBRARIES + "/*"));
    command.add("-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts the broker with its data, and waits until it answers. */
  void start() throws IOException, InterruptedException {
    process =
        TestingProcess.start(
            folder.resolve("broker.log"),
            Map.of(),
            java("kafka.Kafka", folder.resolve("server.properties").toString()));
    await().atMost(START).until(this::answers);
  }

  private boolean answers() throws InterruptedException {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "request.timeout.ms",
            "2000",
            "default.api.timeout.ms",
            "4000");
    try (Admin admin = Admin.create(client)) {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    }
  }

  /** Stops the broker gracefully. */
  void stop() throws InterruptedException {
    process.stop();
  }

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Creates topics for one test. */
  TestingTopics topics(String prefix) throws Exception {
    return TestingTopics.create(bootstrapServers(), prefix);
  }

  private String properties(int controllerPort) {
    return """
    process.roles = broker,controller
    node.id = 1
    controller.quorum.voters = 1@127.0.0.1:%2$d
    listeners = PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners = PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names = CONTROLLER
    listener.security.protocol.map = PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs = %3$s
    offsets.topic.replication.factor = 1
    offsets.topic.num.partitions = 1
    transaction.state.log.replication.factor = 1
    transaction.state.log.min.isr = 1
    transaction.state.log.num.partitions = 1
    share.coordinator.state.topic.replication.factor = 1
    share.coordinator.state.topic.min.isr = 1
    group.initial.rebalance.delay.ms = 0
    auto.create.topics.enable = false
    """
        .formatted(port, controllerPort, folder.resolve("data"));
  }
}
