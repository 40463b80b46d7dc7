package io.lengthwise.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {

  @TempDir private Path folder;

  @Test
  void nestedAndFlatKeysAreTheSame() throws IOException {
    Path file =
        file(
            """
            engine:
              order: longest-first
              memory: 2 gb
            batching.max-wait: 20 ms
            requests:
              topics: [a, b]
            kafka:
              properties:
                security.protocol: SASL_SSL
                sasl: {mechanism: PLAIN}
            execution.checkpointing.interval: 10 s
            """);

    Configuration configuration = ConfigurationReader.read(file, List.of());

    assertThat(configuration.get(LengthwiseOptions.ENGINE_ORDER)).hasToString("longest-first");
    assertThat(configuration.get(LengthwiseOptions.ENGINE_MEMORY)).hasToString("2 gb");
    assertThat(configuration.get(LengthwiseOptions.BATCHING_MAX_WAIT)).hasMillis(20);
    assertThat(configuration.get(LengthwiseOptions.REQUESTS_TOPICS)).containsExactly("a", "b");
    assertThat(configuration.get(LengthwiseOptions.KAFKA_PROPERTIES))
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "PLAIN");
    assertThat(configuration.toMap()).containsEntry("execution.checkpointing.interval", "10 s");
  }

  @Test
  void argumentsOverrideTheFile() throws IOException {
    Path file = file("engine.order: longest-first\nengine.threads: 3\n");

    Configuration configuration =
        ConfigurationReader.ofArguments(
            "-D",
            "engine.order=fifo",
            "--config",
            file.toString(),
            "-Dkafka.properties.sasl.jaas.config=Module required password=\"a=b\";");

    assertThat(configuration.get(LengthwiseOptions.ENGINE_ORDER)).hasToString("fifo");
    assertThat(configuration.get(LengthwiseOptions.ENGINE_THREADS)).isEqualTo(3);
    assertThat(configuration.get(LengthwiseOptions.KAFKA_PROPERTIES))
        .containsEntry("sasl.jaas.config", "Module required password=\"a=b\";");
  }

  @Test
  void flinkIsGivenItsOwnKeysOnly() {
    Configuration configuration =
        ConfigurationReader.ofArguments(
            "-Dkafka.properties.ssl.key.password=x",
            "-Dparallelism.default=2",
            "-Djob.autoscaler.enabled=true");

    assertThat(ConfigurationReader.flinkPart(configuration).toMap())
        .containsOnlyKeys("parallelism.default", "job.autoscaler.enabled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--confg x", "--config", "-D", "-D =x", "-Dnovalue", "x.yaml"})
  void otherArgumentsAreErrors(String arguments) {
    assertThatThrownBy(() -> ConfigurationReader.ofArguments(arguments.split(" ")))
        .isInstanceOf(IllegalConfigurationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine: [1",
        "- a\n- b",
        "just text",
        "engine.order:",
        "engine: {order: fifo}\nengine.order: fifo",
        "engine.order: fifo\nengine.order: fifo"
      })
  void fileThatCannotBeMeantIsAnErrorThatNamesIt(String text) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> ConfigurationReader.read(file, List.of()))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void emptyFileIsNoOptions() throws IOException {
    assertThat(ConfigurationReader.read(file(""), List.of()).toMap()).isEmpty();
  }

  @Test
  void missingFileIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> ConfigurationReader.read(folder.resolve("none.yaml"), List.of()))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("none.yaml");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("job.yaml"), text);
  }
}
