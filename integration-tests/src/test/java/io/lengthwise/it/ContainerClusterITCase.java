package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.Slf4jLogConsumer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.MountableFile;

/**
 * Runs the images as Compose and Kubernetes do: a JobManager with one job, and TaskManagers, each
 * in a container. Skipped if no Docker engine has our image.
 */
@EnabledIf(
    value = "io.lengthwise.it.TestingDocker#hasLengthwise",
    disabledReason = "No Docker engine answers that has our image")
@Timeout(900)
class ContainerClusterITCase {

  private static final int REQUESTS = 160;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String BROKER = "kafka:19092";
  private static final String MODEL = "/models/tiny";
  private static final String CONFIGURATION = "/opt/lengthwise/lengthwise.yaml";

  @Test
  void everyRequestIsAnsweredOnceThoughATaskManagerIsKilled() throws Exception {
    try (Network network = Network.newNetwork();
        KafkaContainer kafka = TestingDocker.kafka().withNetwork(network).withListener(BROKER)) {
      kafka.start();
      TestingTopics topics = TestingTopics.create(kafka.getBootstrapServers(), "containers");
      List<Response> responses;
      try (GenericContainer<?> jobManager = jobManager(network, topics);
          GenericContainer<?> killed = taskManager(network);
          GenericContainer<?> survivor = taskManager(network);
          GenericContainer<?> another = taskManager(network);
          TestingClient client = TestingClient.start(topics, REQUESTS, 200)) {
        Startables.deepStart(jobManager, killed, survivor).join();
        client.awaitAnswered(REQUESTS / 8);
        TestingDocker.kill(killed);
        assertThat(topics.committedResponses()).hasSizeLessThan(REQUESTS);
        another.start();
        responses = client.awaitAllAnswered();
        client.check(responses);
      }

      assertThat(responses).hasSize(REQUESTS).anyMatch(response -> response.continuedTokens() > 0);
    }
  }

  private static GenericContainer<?> jobManager(Network network, TestingTopics topics) {
    Map<String, String> options = TinyModel.jobUnderLoad(topics, "exactly-once");
    options.put("kafka.bootstrap-servers", BROKER);
    options.put("model.path", MODEL);
    List<String> lines =
        ConfigurationUtils.convertConfigToWritableLines(Configuration.fromMap(options), true);
    return flink(
            network,
            "standalone-job",
            "-Djobmanager.memory.process.size=1g",
            "--job-classname",
            "io.lengthwise.job.LengthwiseJob",
            "--",
            "--config",
            CONFIGURATION)
        .withNetworkAliases("jobmanager")
        .withCopyToContainer(Transferable.of(String.join("\n", lines)), CONFIGURATION);
  }

  private static GenericContainer<?> taskManager(Network network) {
    return flink(
        network,
        "taskmanager",
        "-Dtaskmanager.memory.process.size=1400m",
        "-Dtaskmanager.memory.managed.size=16m",
        "-Dtaskmanager.memory.task.off-heap.size=256m");
  }

  /** A Flink process that looks for its JobManager. It counts as started when it is healthy. */
  private static GenericContainer<?> flink(Network network, String... command) {
    List<String> whole = new ArrayList<>(List.of(command));
    // Options go behind the command and before the options of the job.
    whole.add(1, "-Djobmanager.rpc.address=jobmanager");
    return new GenericContainer<>(TestingDocker.LENGTHWISE)
        .withNetwork(network)
        .withCommand(whole.toArray(String[]::new))
        .withLogConsumer(new Slf4jLogConsumer(LoggerFactory.getLogger("container." + command[0])))
        .withCopyFileToContainer(MountableFile.forHostPath(TinyModel.FOLDER), MODEL)
        .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE));
  }
}
