package io.lengthwise.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lengthwise.cli.kafka.EmbeddedKafka;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TopicCheckTest {

  @Test
  void everyTopicThatIsReadMustExist() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      String servers = kafka.bootstrapServers();
      IllegalConfigurationException error =
          catchThrowableOfType(
              IllegalConfigurationException.class,
              () -> TopicCheck.run(settings(servers, Map.of("lengths.history-topics", "old"))));
      assertThat(error.getMessage().lines())
          .containsExactly(
              "requests.topics holds 'in', a topic that does not exist: create it",
              "lengths.history-topics holds 'old', a topic that does not exist: create or remove it",
              "lengths.topic is 'lengthwise-lengths', a topic that does not exist: create it, or set"
                  + " lengths.learn to false");

      kafka.createTopics(1, List.of("in"));
      TopicCheck.run(settings(servers, Map.of("lengths.learn", "false")));
      kafka.createTopics(1, List.of("lengthwise-lengths"));
      TopicCheck.run(settings(servers, Map.of()));
    }
  }

  @Test
  void brokersThatCannotBeReachedAreNoError() throws Exception {
    TopicCheck.run(settings("127.0.0.1:1", Map.of()), Duration.ofMillis(500));
  }

  private static KafkaSettings settings(String servers, Map<String, String> more) {
    Map<String, String> options = new HashMap<>(more);
    options.put("model.path", "unused");
    options.put("requests.topics", "in");
    options.put("kafka.bootstrap-servers", servers);
    return JobSettings.of(Configuration.fromMap(options)).kafka();
  }
}
