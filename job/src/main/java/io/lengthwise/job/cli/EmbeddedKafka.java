package io.lengthwise.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker in this JVM, its own controller, on free ports of the loopback address, with a
 * folder of its own that goes when it does.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private final TemporaryFolder folder;
  private final CloseOnExit guard;
  private KafkaRaftServer server;
  private String bootstrapServers;

  private EmbeddedKafka(TemporaryFolder folder) {
    this.folder = folder;
    this.guard = CloseOnExit.of(this::stop);
  }

  /** Starts a broker, which takes about a second. */
  public static EmbeddedKafka start() throws IOException {
    EmbeddedKafka kafka = new EmbeddedKafka(TemporaryFolder.create("lengthwise-kafka"));
    try {
      kafka.startServer();
      return kafka;
    } catch (Throwable e) {
      kafka.close();
      throw e;
    }
  }

  /** Excludes {@link #stop}: a server that is half started does not shut down. */
  private synchronized void startServer() throws IOException {
    String directory = folder.path().toString();
    int brokerPort;
    int controllerPort;
    // Both are held until both are known, so that they differ.
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket controller = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      brokerPort = broker.getLocalPort();
      controllerPort = controller.getLocalPort();
    }
    format(directory);
    server =
        new KafkaRaftServer(
            new KafkaConfig(properties(directory, brokerPort, controllerPort), false), Time.SYSTEM);
    server.startup();
    bootstrapServers = "127.0.0.1:" + brokerPort;
  }

  private static void format(String directory) {
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .addDirectory(directory)
          .setMetadataLogDirectory(directory)
          .setControllerListenerName("CONTROLLER")
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("the broker's folder " + directory + " was not formatted", e);
    }
  }

  private static Map<String, Object> properties(
      String directory, int brokerPort, int controllerPort) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(brokerPort, controllerPort));
    properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + brokerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", directory);
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("auto.create.topics.enable", "false");
    properties.put("log.retention.ms", "-1");
    return properties;
  }

  /** What clients set as {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  Path folder() {
    return folder.path();
  }

  /** Creates topics of so many partitions; they are there when this returns. */
  void createTopics(int partitions, List<String> names) throws InterruptedException {
    Map<String, Object> client =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(
              names.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get();
      // Makes the broker set up the groups' offsets now, not when a job first commits some.
      admin.listConsumerGroupOffsets("none").partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the topics %s were not created".formatted(names), e.getCause());
    }
  }

  @Override
  public void close() {
    guard.close();
  }

  private synchronized void stop() {
    if (server != null) {
      server.shutdown();
      server.awaitShutdown();
    }
    folder.close();
  }
}
