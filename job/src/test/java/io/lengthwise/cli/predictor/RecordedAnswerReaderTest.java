package io.lengthwise.cli.predictor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.cli.console.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedAnswerReaderTest {

  private static final int CAP = 100;
  private static final int ALL = Integer.MAX_VALUE;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("lengths.jsonl");
  }

  @Test
  void lengthsByTemperatureHaveAGreedyAndALongestOne() throws Exception {
    assertThat(
            read(
                """
                {"id": 1, "instruction": "Add", "input": "1, 2", "lengths": {"0.7": 9, "0.0": 5}}
                {"instruction": "Greet", "input": "", "lengths": {"0.0": 7, "0.3": 3}}
                """))
        .containsExactly(
            new RecordedAnswer("Add\nInput:\n1, 2", 5, 9, CAP, false),
            new RecordedAnswer("Greet", 7, 7, CAP, false));
  }

  @Test
  void aPromptHasOneLength() throws Exception {
    assertThat(read("\n{\"prompt\": \"Grüße\", \"length\": 5}\r\n \n"))
        .containsExactly(new RecordedAnswer("Grüße", 5, 5, CAP, false));
  }

  @Test
  void whatIsAsLongAsItsCapWasCut() throws Exception {
    assertThat(
            read(
                """
                {"prompt": "p", "length": 100}
                {"prompt": "p", "length": 140}
                {"prompt": "p", "length": 140, "max_tokens": 200}
                {"prompt": "p", "length": 20, "max_tokens": 20}
                """))
        .containsExactly(
            new RecordedAnswer("p", 100, 100, 100, true),
            new RecordedAnswer("p", 100, 100, 100, true),
            new RecordedAnswer("p", 140, 140, 200, false),
            new RecordedAnswer("p", 20, 20, 20, true));
  }

  @Test
  void aLineMaySayWhetherItWasCut() throws Exception {
    List<RecordedAnswer> answers =
        read(
            """
            {"prompt": "p", "length": 40, "cut": true}
            {"prompt": "p", "length": 100, "cut": false}
            {"prompt": "p", "length": 101, "cut": false}
            """);

    assertThat(answers).extracting(RecordedAnswer::cut).containsExactly(true, false, true);
    assertThat(answers).extracting(RecordedAnswer::clip).containsExactly(40, 100, 100);
  }

  @Test
  void aZippedFileIsKnownByItsContent() throws Exception {
    try (OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(file))) {
      zipped.write("{\"prompt\": \"p\", \"length\": 5}".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(RecordedAnswerReader.read(file, CAP, ALL)).hasSize(1);
  }

  @Test
  void aPipeIsRead() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    String lines = "{\"prompt\": \"p\", \"length\": 5}\n".repeat(10_000);
    CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(lines));

    assertThat(RecordedAnswerReader.read(file, CAP, ALL)).hasSize(10_000);
    writing.join();
  }

  private void write(String lines) {
    try {
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void atMostTheLimitIsRead() throws Exception {
    String line = "{\"prompt\": \"p\", \"length\": 5}\n";
    Files.writeString(file, line + line + "no JSON");

    assertThat(RecordedAnswerReader.read(file, CAP, 2)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt\": \"p\"}                     | \"length\" must be a number of tokens, at least 1, and is missing",
        "{\"prompt\": \"p\", \"length\": 0}      | at least 1, not 0",
        "{\"prompt\": \"p\", \"length\": 1.5}    | at least 1, not 1.5",
        "{\"prompt\": 7, \"length\": 5}          | \"prompt\" must be a string, not 7",
        "{\"length\": 5}                         | neither \"prompt\" nor \"instruction\"",
        "{\"instruction\": \"i\", \"lengths\": {\"0.7\": 5}} | \"0.0\" must be a number",
        "{\"prompt\": \"p\", \"length\": 5, \"max_tokens\": \"9\"} | \"max_tokens\" must be a number",
        "{\"prompt\": \"p\", \"length\": 5       | not JSON",
        "{\"prompt\": \"p\", \"length\": 5} {}   | not JSON",
        "[1]                                     | \"length\" must be a number",
      })
  void aBadLineIsNamed(String bad, String message) {
    assertThatThrownBy(() -> read("{\"prompt\": \"p\", \"length\": 5}\n" + bad))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("lengths.jsonl, line 2", message);
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws Exception {
    assertThatThrownBy(() -> RecordedAnswerReader.read(file, CAP, ALL))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("There is no file", "lengths.jsonl");
    assertThatThrownBy(() -> read("\n"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("holds no recorded lengths");
    cutZippedFile();
    assertThatThrownBy(() -> RecordedAnswerReader.read(file, CAP, ALL))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("lengths.jsonl cannot be read beyond line 0");
  }

  private void cutZippedFile() throws IOException {
    try (OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(file))) {
      zipped.write("{\"prompt\": \"p\", \"length\": 5}\n".getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 12));
  }

  private List<RecordedAnswer> read(String lines) throws IOException {
    Files.writeString(file, lines);
    return RecordedAnswerReader.read(file, CAP, ALL);
  }
}
