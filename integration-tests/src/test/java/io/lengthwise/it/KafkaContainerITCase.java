package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.kafka.KafkaContainer;

/** The job with a broker from the image of Kafka. Skipped if no Docker engine answers. */
@EnabledIf(
    value = "io.lengthwise.it.TestingDocker#answers",
    disabledReason = "No Docker engine answers")
@Timeout(300)
@ExtendWith(NoThreadsLeft.class)
class KafkaContainerITCase {

  private static final int REQUESTS = 20;

  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @Test
  void requestsAreAnswered() throws Exception {
    try (KafkaContainer kafka = TestingDocker.kafka()) {
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
