package io.lengthwise.cli.kafka;

import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker in this JVM that is its own controller. It uses free ports of the loopback address
 * and a temporary folder.
 */
public final class EmbeddedKafka implements AutoCloseable {

  /** The listener without authentication, for all clients on the loopback address. */
  private static final String PLAINTEXT = "PLAINTEXT";

  private static final String CONTROLLER = "CONTROLLER";

  private final TemporaryFolder folder;
  private final CloseOnExit guard;

  /** The ports by the names of the listeners. */
  private Map<String, Integer> ports;

  private KafkaRaftServer server;

  private EmbeddedKafka(TemporaryFolder folder) {
    this.folder = folder;
    this.guard = CloseOnExit.of(this::stop);
  }

  /** Starts a broker, which takes about a second. */
  public static EmbeddedKafka start() throws IOException {
    return start(List.of(), Map.of());
  }

  /**
   * Starts a broker that also has listeners of other protocols.
   *
   * @param protocols such as {@code SASL_SSL}; each becomes a listener of that name
   * @param settings additional settings of the broker
   */
  public static EmbeddedKafka start(List<String> protocols, Map<String, String> settings)
      throws IOException {
    EmbeddedKafka kafka = new EmbeddedKafka(TemporaryFolder.create("lengthwise-kafka"));
    try {
      kafka.startServer(protocols, settings);
      return kafka;
    } catch (Throwable e) {
      kafka.close();
      throw e;
    }
  }

  /** Excludes {@link #stop}, because a server that is half started cannot shut down. */
  private synchronized void startServer(List<String> protocols, Map<String, String> settings)
      throws IOException {
    String directory = folder.path().toString();
    List<String> listeners = new ArrayList<>(List.of(CONTROLLER, PLAINTEXT));
    listeners.addAll(protocols);
    ports = freePorts(listeners);
    format(directory);
    Map<String, Object> properties = properties(directory, ports);
    properties.putAll(settings);
    server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
  }

  private static Map<String, Integer> freePorts(List<String> listeners) throws IOException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      // All sockets are open until all ports are known, so that the ports differ.
      for (String listener : listeners) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        ports.put(listener, held.get(held.size() - 1).getLocalPort());
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return ports;
  }

  private static void format(String directory) {
    try {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .addDirectory(directory)
          .setMetadataLogDirectory(directory)
          .setControllerListenerName(CONTROLLER)
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("the broker's folder " + directory + " was not formatted", e);
    }
  }

  private static Map<String, Object> properties(String directory, Map<String, Integer> ports) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get(CONTROLLER));
    properties.put("controller.listener.names", CONTROLLER);
    properties.put("listeners", joined(ports, "%s://127.0.0.1:%d"));
    Map<String, Integer> advertised = new LinkedHashMap<>(ports);
    advertised.remove(CONTROLLER);
    properties.put("advertised.listeners", joined(advertised, "%s://127.0.0.1:%d"));
    properties.put(
        "listener.security.protocol.map",
        CONTROLLER + ":PLAINTEXT," + joined(advertised, "%1$s:%1$s"));
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

  private static String joined(Map<String, Integer> ports, String format) {
    return ports.entrySet().stream()
        .map(port -> format.formatted(port.getKey(), port.getValue()))
        .collect(Collectors.joining(","));
  }

  /** The value of {@code bootstrap.servers} for clients. */
  public String bootstrapServers() {
    return bootstrapServers(PLAINTEXT);
  }

  /** The value of {@code bootstrap.servers} for clients of another protocol. */
  public String bootstrapServers(String protocol) {
    return "127.0.0.1:" + ports.get(protocol);
  }

  Path folder() {
    return folder.path();
  }

  /** Creates topics with the given number of partitions. They accept records when this returns. */
  public void createTopics(int partitions, List<String> names) throws InterruptedException {
    Map<String, Object> client =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(client)) {
      KafkaTopics.create(
          admin, names.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList());
      // Makes the broker create its topic of group offsets now, not when a job first commits
      // offsets.
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
