package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alerts, the dashboard and the scaling use only metrics that exist. */
class MonitoringTest {

  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Path RULES = DEPLOY.resolve("monitoring/rules.yaml");
  private static final Path DOCS = Path.of("..", "docs");

  private static final InstalledTool PROMTOOL = new InstalledTool("promtool", "prometheus");

  /** Metrics of Flink 2.3 and its Kafka source. */
  private static final Set<String> METRICS_OF_FLINK =
      Set.of(
          "flink_jobmanager_job_numRestarts",
          "flink_jobmanager_job_numberOfCompletedCheckpoints",
          "flink_jobmanager_job_numberOfFailedCheckpoints",
          "flink_taskmanager_job_task_operator_pendingRecords");

  private static final Pattern METRIC = Pattern.compile("\\bflink_\\w+");
  private static final Pattern DOCUMENTED = Pattern.compile("\\| `(lengthwise\\.[\\w.<>]+)` \\|");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "monitoring/rules.yaml",
        "monitoring/dashboard.json",
        "kubernetes/components/autoscaling/scaledobject.yaml"
      })
  void everyMetricIsExported(String file) throws IOException {
    assertThat(metrics(DEPLOY.resolve(file)))
        .isNotEmpty()
        .allSatisfy(
            metric ->
                assertThat(metric)
                    .matches(m -> METRICS_OF_FLINK.contains(m) || documented().contains(m)));
  }

  @Test
  void operationsSaysWhatToDoAtEveryAlert() throws IOException {
    List<String> alerts = new YAMLMapper().readTree(RULES.toFile()).findValuesAsText("alert");
    assertThat(alerts).isNotEmpty();
    assertThat(Files.readString(DOCS.resolve("operations.md")))
        .contains(alerts.stream().map(alert -> "`" + alert + "`").toList());
  }

  /** Prometheus's own tool checks the rules and runs their tests, if it is installed. */
  @ParameterizedTest
  @ValueSource(strings = {"check rules rules.yaml", "test rules rules-test.yaml"})
  void prometheusAcceptsTheRules(String arguments) throws Exception {
    PROMTOOL.accepts(RULES.getParent(), List.of(arguments.split(" ")));
  }

  @Test
  void dashboardHasAQueryOnEveryPanel() throws IOException {
    JsonNode panels =
        new ObjectMapper()
            .readTree(DEPLOY.resolve("monitoring/dashboard.json").toFile())
            .get("panels");
    assertThat(panels)
        .isNotEmpty()
        .allMatch(panel -> !panel.at("/targets/0/expr").asText().isBlank());
  }

  /** The metrics of docs/metrics.md by their names in Prometheus, without labels. */
  private static Set<String> documented() {
    try {
      return DOCUMENTED
          .matcher(Files.readString(DOCS.resolve("metrics.md")))
          .results()
          .map(result -> result.group(1).replaceAll("\\.<\\w+>", "").replace('.', '_'))
          .map("flink_taskmanager_job_task_operator_"::concat)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> metrics(Path file) throws IOException {
    return METRIC
        .matcher(Files.readString(file))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
