package io.lengthwise.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.cli.CapturedConsole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SendAndTailTest {

  private static EmbeddedKafka kafka;

  @TempDir private Path folder;
  private final CapturedConsole console = new CapturedConsole();

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(2, List.of("requests"));
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @Test
  void whatIsSentCanBeTailed() throws Exception {
    Path prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"), "{\"custom_id\": \"ä\", \"body\": {}}\nHello\n");
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            "kafka:\n  bootstrap-servers: %s\n".formatted(kafka.bootstrapServers()));

    assertThat(
            console.run(
                "send", prompts.toString(), "--topic", "requests", "--config", config.toString()))
        .isZero();
    assertThat(console.err()).contains("Sent 2 requests to requests");
    assertThat(
            console.run(
                "tail",
                "--topic=requests",
                "--from-beginning",
                "--max=2",
                "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers()))
        .isZero();
    assertThat(console.out().lines())
        .hasSize(2)
        .contains("{\"custom_id\": \"ä\", \"body\": {}}")
        .anyMatch(line -> line.contains("\"content\":\"Hello\""));
  }

  @Test
  void anUnknownTopicIsNamed() {
    assertThat(
            console.run(
                "tail",
                "--topic=no-such-topic",
                "--max=1",
                "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers()))
        .isEqualTo(1);
    assertThat(console.err()).contains("no-such-topic");
  }
}
