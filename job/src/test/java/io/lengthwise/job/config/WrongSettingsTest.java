package io.lengthwise.job.config;

import static io.lengthwise.job.config.TestingConfigurations.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong options fail with an error that states the rule. */
class WrongSettingsTest {

  @Test
  void everyProblemIsReportedAtOnce() {
    IllegalConfigurationException error =
        catchThrowableOfType(
            IllegalConfigurationException.class,
            () ->
                JobSettings.of(
                    Configuration.fromMap(Map.of("engine.order", "random", "engine.width", "0"))));

    assertThat(error.getMessage().lines())
        .containsExactlyInAnyOrder(
            "model.path is not set: name a Hugging Face folder or a GGUF file that every"
                + " TaskManager can read",
            "engine.order is 'random': must be one of shortest-first, fifo, longest-first,"
                + " least-remaining, risk-aware",
            "engine.width is '0': must be auto, or a number of rows from 1 to 999999",
            "kafka.bootstrap-servers is not set: name the brokers as host:port",
            "requests.topics or requests.topic-pattern must be set, and only one of them: name the"
                + " topics requests are read from");
  }

  @Test
  void propertiesOfKafkaThatCannotBeReadAreNotShown() {
    assertThatThrownBy(
            () -> JobSettings.of(with(Map.of("kafka.properties", "no map but a secret"))))
        .hasMessageContaining("kafka.properties is no map of names and values")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "engine.ordr|fifo|engine.ordr is no option of Lengthwise: did you mean engine.order?",
        "engin.order|fifo|engin.order is no option of Lengthwise: did you mean engine.order?",
        "requests.topic|in|did you mean requests.topics?",
        "kafka.bootstrap.servers|k:1|did you mean kafka.bootstrap-servers?",
        "predictr|online|did you mean predictor?",
        "engine.memory|lots|engine.memory is 'lots': cannot be read",
        "engine.memory|10 kb|must be at least 1 mb",
        "engine.width|many|must be auto, or a number of rows from 1 to 999999",
        "engine.reserve-quantile|1|must lie between 0 and 1",
        "engine.reserve-quantile|NaN|must lie between 0 and 1",
        "engine.prefill.chunk|0|engine.prefill.chunk is '0': must be at least 1",
        "engine.lookup|65|must lie between 0 and 64",
        "engine.step-timeout|10 ms|must lie between 1 s and 1 d",
        "engine.load-timeout|2 d|must lie between 1 s and 1 d",
        "engine.threads|-1|must be at least 0",
        "engine.max-wait|0 s|must lie between 1 ms and 365 d",
        "engine.max-wait|100000000000 d|must lie between 1 ms and 365 d",
        "model.device|gpu|must be cpu, cuda, or cuda: and a number",
        "model.name|' '|must not be blank",
        "job.parallelism|0|must be at least 1",
        "job.parallelism|200|at most job.max-parallelism, 128",
        "job.max-parallelism|40000|must lie between 1 and 32768",
        "batching.buckets|50|not of the form bound:size",
        "batching.buckets|50:1,40:1|must ascend",
        "batching.buckets|learnt|to have buckets learned, write learned or learned:5",
        "batching.buckets|learned:|neither learned nor learned: and a number",
        "batching.buckets|learned:many|neither learned nor learned: and a number",
        "batching.buckets|learned:1|must lie between 2 and 64, and is 1",
        "batching.max-wait|-1 ms|batching.max-wait is '-1 ms'",
        "batching.mode|groups|must be one of bucket, group, none",
        "batching.group.max-wait|-1 s|batching.group.max-wait is '-1 s'",
        "batching.group.size|0|must be at least 1",
        "batching.group.batch-size|0|must be at least 1",
        "batching.group.recomputation|again|must be one of none, continue, restart",
        "batching.group.quantile|1|must be at least 0 and less than 1",
        "requests.max-record-size|1 gb|must lie between",
        "output.order|random|output.order is 'random': must be one of completion, input",
        "requests.starting-offsets|oldest|must be committed, earliest, latest, or timestamp:",
        "requests.starting-offsets|timestamp:now|must be committed, earliest, latest",
        "requests.topics|a b|holds 'a b'",
        "requests.topic-pattern|[|is no regular expression",
        "requests.topic-pattern|x|only one of them",
        "responses.topic|in|would read what it writes",
        "responses.topic|lengthwise-dead-letters|must differ from responses.topic",
        "responses.topic|a/b|must be a topic's name",
        "lengths.topic|a/b|must be a topic's name",
        "lengths.topic|in|would read what it writes",
        "lengths.topic|lengthwise-responses|must differ from responses.topic",
        "lengths.history-topics|a b|holds 'a b'",
        "delivery.guarantee|exactly-once|delivery.transactional-id-prefix is not set",
        "delivery.guarantee|none|must be one of at-least-once, exactly-once",
        "delivery.transaction-timeout|1 ms|must lie between 1 s and 24 d",
        "kafka.properties.group.id|x|is set by the job: use requests.group-id",
        "kafka.sink.properties.transactional.id|x|use delivery.transactional-id-prefix",
        "kafka.source.properties.value.deserializer|x|is set by the job: remove it",
      })
  void wrongValueIsAnErrorThatSaysTheRule(String key, String value, String message) {
    assertThatThrownBy(() -> JobSettings.of(with(Map.of(key, value))))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void passwordsDoNotShow() {
    assertThat(JobSettings.of(with(Map.of("kafka.properties.ssl.key.password", "hidden"))))
        .asString()
        .contains("in", "lengthwise-responses")
        .doesNotContain("hidden");
  }
}
