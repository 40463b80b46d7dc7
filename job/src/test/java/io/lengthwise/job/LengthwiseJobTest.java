package io.lengthwise.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.job.config.ConfigurationReader;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.TestingConfigurations;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class LengthwiseJobTest {

  @Test
  void exactlyOnceNeedsCheckpoints() {
    Map<String, String> exactlyOnce =
        Map.of("delivery.guarantee", "exactly-once", "delivery.transactional-id-prefix", "answers");
    assertThatThrownBy(() -> define(exactlyOnce))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("set execution.checkpointing.interval");
  }

  @Test
  void transactionsOutliveACheckpointInterval() {
    assertThatThrownBy(
            () ->
                define(
                    Map.of(
                        "delivery.guarantee", "exactly-once",
                        "delivery.transactional-id-prefix", "answers",
                        "delivery.transaction-timeout", "1 min",
                        "execution.checkpointing.interval", "60 s")))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("delivery.transaction-timeout is 60000 ms");
  }

  @Test
  void theOrderOfTheInputNeedsStateThatIsExactlyOnce() {
    assertThatThrownBy(
            () ->
                define(
                    Map.of(
                        "output.order", "input",
                        "execution.checkpointing.mode", "AT_LEAST_ONCE",
                        "execution.checkpointing.interval", "10 s")))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("remove execution.checkpointing.mode");
    define(Map.of("output.order", "input", "execution.checkpointing.interval", "10 s"));
  }

  private static StreamExecutionEnvironment define(Map<String, String> options) {
    Configuration configuration = TestingConfigurations.with(options);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(
            ConfigurationReader.flinkPart(configuration));
    LengthwiseJob.define(environment, JobSettings.of(configuration));
    return environment;
  }
}
