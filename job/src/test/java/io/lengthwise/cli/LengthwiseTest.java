package io.lengthwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthwiseTest {

  @TempDir private Path folder;
  private final CapturedConsole console = new CapturedConsole();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "run",
        "batch",
        "send",
        "tail",
        "models",
        "models fetch",
        "predictor evaluate",
        "replay",
        "bench"
      })
  void everyHelpNamesTheExitCodes(String command) {
    String[] arguments = (command + " --help").strip().split(" ");

    assertThat(console.run(arguments)).isZero();
    assertThat(console.out())
        .contains(
            "Exit codes:",
            "0     everything was done",
            "2     the command line",
            "130   it was interrupted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "models", "predictor", "dmeo", "batch", "send file", "demo --no-such-option"})
  void wrongUsageExitsWithTwo(String command) {
    assertThat(console.run(command.isEmpty() ? new String[0] : command.split(" "))).isEqualTo(2);
    assertThat(console.err()).contains("lengthwise: ", "--help");
    assertThat(console.out()).isEmpty();
  }

  @Test
  void anUnknownOptionOfTheJobExitsWithTwoAndNamesTheNearest() {
    assertThat(
            console.run(
                "run", "-D", "model.path=" + folder, "-Dengine.discipine=static", "-D", "x.y=z"))
        .isEqualTo(2);
    assertThat(console.err()).contains("engine.discipine", "did you mean engine.discipline");
  }

  @Test
  void runWithoutAModelSaysWhatToSet() {
    assertThat(console.run("run", "-D", "kafka.bootstrap-servers=localhost:1")).isEqualTo(2);
    assertThat(console.err()).contains("model.path is not set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "run", "batch", "bench engine"})
  void whatIsWrongIsToldBeforeAModelIsFetched(String command) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    if (command.equals("batch")) {
      arguments.add(Files.writeString(folder.resolve("in.jsonl"), "{}").toString());
      arguments.add(folder.resolve("out.jsonl").toString());
    }
    arguments.addAll(List.of("-Dmodel.path=SmolLM2-135M-Instruct", "-Dengine.width=0"));

    assertThat(console.run(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(console.err()).contains("engine.width is '0'").doesNotContain("Fetching");
  }

  @Test
  void aModelThatIsNowhereFailsWithItsName() {
    assertThat(console.run("run", "-D", "model.path=no-such-model")).isEqualTo(1);
    assertThat(console.err()).contains("no-such-model is neither a file");
  }

  @Test
  void fetchTakesTheModelOfTheConfiguration() {
    assertThat(console.run("models", "fetch", "-D", "model.path=no-such-model")).isEqualTo(2);
    assertThat(console.err()).contains("No model of the catalogue is named no-such-model");
  }

  @Test
  void sendWithoutBrokersSaysWhatToSet() throws Exception {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "Hello\n");

    assertThat(console.run("send", prompts.toString(), "--topic", "t")).isEqualTo(2);
    assertThat(console.err()).contains("-D kafka.bootstrap-servers=HOST:PORT");
  }

  @Test
  void aFileWithoutPromptsIsNotSent() throws Exception {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "\n \n");

    assertThat(console.run("send", prompts.toString(), "--topic", "t")).isEqualTo(1);
    assertThat(console.err()).contains("prompts.txt holds no prompts");
  }

  @Test
  void batchWithoutAFileSaysSo() {
    assertThat(console.run("batch", folder.resolve("none").toString(), "out.jsonl")).isEqualTo(1);
    assertThat(console.err()).contains("There is no file");
  }

  @Test
  void batchDoesNotWriteOverItsRequests() throws Exception {
    Path file = Files.writeString(folder.resolve("in.jsonl"), "{}");

    assertThat(console.run("batch", file.toString(), folder + "/./in.jsonl")).isEqualTo(2);
    assertThat(file).hasContent("{}");
  }
}
