package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command line, in its own process. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class CliITCase {

  private static final Path LIBRARIES = Path.of("..", "job", "target", "cli", "lib");

  @TempDir private Path folder;

  @Test
  void aBatchOfGoodLinesEndsWithZero() throws Exception {
    Path in = write(TinyModel.longChat("a", 5), TinyModel.chat("b", 20, ", \"temperature\": 1"));
    Path out = folder.resolve("out.jsonl");

    Ended ended = batch(in, out);

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(responses(out)).extracting(Response::id).containsExactlyInAnyOrder("a", "b");
    assertThat(responses(out)).allMatch(response -> response.status() == 200);
    assertThat(folder.resolve("out.jsonl.errors.jsonl")).doesNotExist();
  }

  @Test
  void groupsOfThePaperAnswerEveryLine() throws Exception {
    Path in =
        write(
            TinyModel.longChat("a", 5),
            TinyModel.longChat("longer than its cap", 120),
            TinyModel.longChat("b", 60),
            TinyModel.chat("c", 20, ", \"temperature\": 1"));
    Path out = folder.resolve("out.jsonl");

    Ended ended =
        batch(
            in,
            out,
            "-Dbatching.mode=group",
            "-Dbatching.group.size=3",
            "-Dbatching.group.recomputation=restart",
            "-Ddefaults.answer-length=10");

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(responses(out))
        .extracting(Response::id)
        .containsExactlyInAnyOrder("a", "longer than its cap", "b", "c");
    assertThat(responses(out)).allMatch(response -> response.status() == 200);
  }

  @Test
  void aBatchWithBadLinesAnswersTheOthersAndEndsWithOne() throws Exception {
    Path in =
        write(TinyModel.longChat("good", 5), "no JSON", TinyModel.longChat("bad", 0), "", "[]");
    Path out = folder.resolve("out.jsonl");

    Ended ended = batch(in, out);

    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    assertThat(responses(out))
        .extracting(Response::id, Response::outcome)
        .containsExactlyInAnyOrder(tuple("good", "answered"), tuple("bad", "invalid_value"));
    assertThat(Files.readAllLines(folder.resolve("out.jsonl.errors.jsonl")))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("{\"line\":2,\"code\":\"invalid_json\""),
            line -> assertThat(line).startsWith("{\"line\":4,\"code\":\"empty_record\""),
            line -> assertThat(line).startsWith("{\"line\":5,\"code\":\"not_an_object\""));
  }

  @Test
  void aBatchInTheOrderOfItsLines() throws Exception {
    Path in =
        write(
            TinyModel.longChat("long", 200),
            TinyModel.longChat("refused", 0),
            TinyModel.longChat("short", 5),
            TinyModel.longChat("shorter", 1));
    Path out = folder.resolve("out.jsonl");

    Ended ended = batch(in, out, "-Doutput.order=input", "-Djob.parallelism=2");

    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    assertThat(responses(out))
        .extracting(Response::id)
        .containsExactly("long", "refused", "short", "shorter");
  }

  @Test
  void schedulesAreComparedOnAModel() throws Exception {
    Path prompts = write("Why is the sky blue?", "{\"prompt\": \"Tell me a story\"}", "Hello");
    Path report = folder.resolve("report.html");
    Path lengths = folder.resolve("lengths.jsonl");
    List<String> arguments = new ArrayList<>(List.of("bench", "--json", "--passes", "2"));
    arguments.addAll(List.of("--prompts", prompts.toString(), "--report", report.toString()));
    arguments.addAll(List.of("--record", lengths.toString(), "--temperature", "1"));
    arguments.addAll(List.of("--schedules", "vanilla,paper,shortest-first"));
    arguments.addAll(List.of("-Ddefaults.max-tokens=60", "-Dengine.memory=16mb"));

    Ended ended = run(arguments);

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    for (String schedule : List.of("vanilla", "paper", "shortest-first")) {
      assertThat(ended.output()).contains("{\"schedule\":\"" + schedule + "\",\"passes\":2");
    }
    assertThat(report)
        .content()
        .contains("<td>shortest-first</td>")
        .containsAnyOf("data:image/svg+xml", "has no fonts");
    assertThat(Files.readAllLines(lengths))
        .hasSize(3)
        .first()
        .asString()
        .startsWith("{\"prompt\":\"Why is the sky blue?\",\"length\":");
  }

  @Test
  void predictorsThatAskTheModelAreEvaluated() throws Exception {
    Path lengths =
        write(
            "{\"prompt\": \"Why is the sky blue?\", \"length\": 40}",
            "{\"prompt\": \"Hello\", \"length\": 3}");
    List<String> arguments = new ArrayList<>(List.of("predictor", "evaluate", "--json"));
    arguments.addAll(List.of("--train", lengths.toString(), "--test", lengths.toString()));
    arguments.addAll(List.of("--predictor", "hidden-state,perception", "--cap", "60"));

    Ended ended = run(arguments);

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains(
            "{\"predictor\":\"hidden-state\",\"mae\":", "{\"predictor\":\"perception\",\"mae\":");
  }

  @Test
  void aWrongOptionEndsWithTwo() throws Exception {
    Ended ended =
        batch(write(TinyModel.longChat("a", 5)), folder.resolve("out"), "-Dengine.orders=fifo");

    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output()).contains("engine.orders", "engine.order");
  }

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("in.jsonl"), List.of(lines));
  }

  private static List<Response> responses(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(Response::of).toList();
  }

  private Ended batch(Path in, Path out, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("batch", in.toString(), out.toString()));
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  private Ended run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.tests").split(" ")));
    command.addAll(List.of("-Xmx512m", "-cp", LIBRARIES + File.separator + "*"));
    command.add("io.lengthwise.cli.Lengthwise");
    command.addAll(arguments);
    command.addAll(List.of("-Dmodel.path=" + TinyModel.FOLDER, "-Dmodel.name=tiny"));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(Map.of("DJL_OFFLINE", "true", "RUST_FLAVOR", "cpu"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }

  private record Ended(int exitCode, String output) {}
}
