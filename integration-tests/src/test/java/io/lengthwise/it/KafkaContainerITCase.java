package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** A broker of its own version in a container; skipped where no Docker engine answers. */
@EnabledIf(value = "dockerAnswers", disabledReason = KafkaContainerITCase.NO_DOCKER)
@Timeout(300)
@ExtendWith(NoThreadsLeft.class)
class KafkaContainerITCase {

  static final String NO_DOCKER = "No Docker engine answers: no broker in a container is tried";

  private static final String IMAGE = "apache/kafka:4.1.0";
  private static final int REQUESTS = 20;

  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  static boolean dockerAnswers() {
    boolean answers = DockerClientFactory.instance().isDockerAvailable();
    if (!answers) {
      LoggerFactory.getLogger(KafkaContainerITCase.class).warn(NO_DOCKER);
    }
    return answers;
  }

  @Test
  void requestsAreAnswered() throws Exception {
    try (KafkaContainer kafka = new KafkaContainer(IMAGE)) {
      kafka.start();
      TestingTopics topics = TestingTopics.create(kafka.getBootstrapServers(), "container");
      topics.send(
          IntStream.range(0, REQUESTS).mapToObj(i -> TinyModel.longChat("r" + i, 10)).toList());

      CLUSTER.finish(
          CLUSTER.start(
              TinyModel.configuration(
                  TinyModel.jobOn(topics),
                  Map.of("requests.bounded", "true", "delivery.guarantee", "exactly-once"))));

      assertThat(topics.committedResponses())
          .hasSize(REQUESTS)
          .allMatch(response -> response.status() == 200);
    }
  }
}
