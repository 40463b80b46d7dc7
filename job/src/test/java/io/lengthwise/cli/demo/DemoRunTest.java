package io.lengthwise.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.cli.CapturedConsole;
import io.lengthwise.cli.cluster.LocalCluster;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.kafka.EmbeddedKafka;
import io.lengthwise.cli.kafka.PromptLine;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.KafkaSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DemoRunTest {

  private final CapturedConsole console = new CapturedConsole();
  private EmbeddedKafka kafka;
  private Configuration configuration;
  private KafkaSettings settings;

  @BeforeEach
  void startKafka() throws Exception {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(1, List.of("requests", "responses", "dead"));
    configuration =
        Configuration.fromMap(
            Map.of(
                "model.path", "unused",
                "restart-strategy.type", "none",
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "requests.topics", "requests",
                "responses.topic", "responses",
                "dead-letters.topic", "dead"));
    settings = JobSettings.of(configuration).kafka();
  }

  @AfterEach
  void stopKafka() {
    kafka.close();
  }

  @Test
  void showsEveryAnswerAndReportsThem() throws Exception {
    DemoReport report = run("say yes", "refuse");

    assertThat(report.requests()).isEqualTo(2);
    assertThat(report.answered()).isEqualTo(1);
    assertThat(report.errors()).isEqualTo(1);
    assertThat(report.tokens()).isEqualTo(3);
    assertThat(report.lengthError()).isEqualTo(2);
    assertThat(report.lengthErrorByQuarter())
        .containsExactly(2.0, Double.NaN, Double.NaN, Double.NaN);
    assertThat(report.paddingShare()).isEqualTo(0.125);
    assertThat(console.out())
        .contains("[prompt-1] predicted 5 tokens, has 3", "> say yes", "Yes.")
        .contains("[prompt-2] not answered", "> refuse", "refused");
    assertThat(console.err()).contains("of 2 answered");
  }

  @Test
  void aJobThatBreaksEndsTheDemoWithItsMessage() {
    assertThatThrownBy(() -> run("break"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("The job failed: broken on purpose");
  }

  private DemoReport run(String... prompts) throws Exception {
    StreamExecutionEnvironment environment = LocalCluster.environment(configuration);
    environment
        .fromSource(
            KafkaSource.<String>builder()
                .setBootstrapServers(kafka.bootstrapServers())
                .setTopics("requests")
                .setValueOnlyDeserializer(new SimpleStringSchema())
                .build(),
            WatermarkStrategy.noWatermarks(),
            "requests")
        .map(new CannedAnswers())
        .sinkTo(
            KafkaSink.<String>builder()
                .setBootstrapServers(kafka.bootstrapServers())
                .setRecordSerializer(
                    KafkaRecordSerializationSchema.builder()
                        .setTopic("responses")
                        .setValueSerializationSchema(new SimpleStringSchema())
                        .build())
                .build());
    try (LocalCluster cluster = LocalCluster.start(configuration, 1)) {
      LocalCluster.RunningJob job = cluster.submit(environment, "canned");
      DemoRun run = new DemoRun(configuration, settings, job, console.console(false));
      return run.answer(
          PromptLine.read(
              new ByteArrayInputStream(String.join("\n", prompts).getBytes(StandardCharsets.UTF_8)),
              "some-model",
              16),
          2);
    }
  }

  /** Answers in the format of the job, without a model. */
  private static final class CannedAnswers extends RichMapFunction<String, String> {

    private static final long serialVersionUID = 1L;

    @Override
    public void open(OpenContext context) {
      Gauge<Double> padding = () -> 0.125;
      getRuntimeContext().getMetricGroup().gauge("paddingShare", padding);
    }

    @Override
    public String map(String request) {
      if (request.contains("break")) {
        throw new IllegalStateException("broken on purpose");
      }
      String id = request.replaceFirst(".*\"custom_id\":\"([^\"]*)\".*", "$1");
      String body =
          request.contains("refuse")
              ? "{\"error\": {\"message\": \"refused\"}}"
              : "{\"choices\": [{\"message\": {\"content\": \"Yes.\"}}],"
                  + " \"usage\": {\"completion_tokens\": 3},"
                  + " \"lengthwise\": {\"predicted_tokens\": 5}}";
      return "{\"custom_id\": \"%s\", \"error\": null, \"response\": {\"body\": %s}}"
          .formatted(id, body);
    }
  }
}
