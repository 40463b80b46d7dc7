package io.lengthwise.cli.bench.engine;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.Decoder;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads a model and decodes in a new process, like a TaskManager that starts. The time to the first
 * token and the memory cannot be measured in a process that has loaded PyTorch and other models
 * before.
 *
 * @param librarySeconds the time to load PyTorch's libraries
 * @param secondsToFirstToken the time from the start to the first token, with the time of the
 *     libraries
 * @param residentBefore resident bytes of the JVM before the start
 * @param resident resident bytes after the rows were decoded
 * @param weightBytes bytes of the weights in their precision
 * @param cacheBytes bytes of the key-value cache
 */
record EngineProbe(
    double librarySeconds,
    double secondsToFirstToken,
    long residentBefore,
    long resident,
    long weightBytes,
    long cacheBytes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Starts a JVM with the options of this one. It loads the model, generates a token of one row,
   * and then decodes many rows.
   *
   * @throws CommandFailure if it fails
   */
  static EngineProbe run(ModelSpec model, int threads, int rows, int promptTokens, int steps)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EngineProbe.class.getName());
    command.addAll(List.of(model.path(), model.device(), model.weights().name()));
    for (int number : new int[] {threads, rows, promptTokens, steps}) {
      command.add(String.valueOf(number));
    }
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    CloseOnExit guard = CloseOnExit.of(process::destroy);
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = process.onExit().join().exitValue();
      if (exitCode != 0) {
        throw new CommandFailure("The process that loads the model ended with " + exitCode);
      }
      return JSON.readValue(out, EngineProbe.class);
    } finally {
      guard.close();
    }
  }

  /**
   * Runs in the new process. The arguments are the path, the device, the weights, the threads, the
   * rows, the tokens of a prompt, and the steps.
   */
  public static void main(String[] arguments) throws IOException {
    WeightType weights = WeightType.valueOf(arguments[2]);
    ModelSpec model = new ModelSpec("probed", arguments[0], arguments[1], weights);
    int[] numbers =
        List.of(arguments).subList(3, arguments.length).stream()
            .mapToInt(Integer::parseInt)
            .toArray();
    System.out.println(
        JSON.writeValueAsString(probe(model, numbers[0], numbers[1], numbers[2], numbers[3])));
    // PyTorch's threads must not keep the process alive.
    System.exit(0);
  }

  private static EngineProbe probe(
      ModelSpec spec, int threads, int rows, int promptTokens, int steps) throws IOException {
    long before = residentBytes();
    long start = System.nanoTime();
    Engine.getEngine("PyTorch");
    double libraries = secondsSince(start);
    try (CausalLanguageModel model = CausalLanguageModel.open(spec, threads)) {
      Decoder decoder = model.decoder();
      decode(model, 1, promptTokens, 1);
      double seconds = secondsSince(start);
      decode(model, rows, promptTokens, steps);
      long cache = decoder.bytesPerToken() * rows * Slot.wholeBlocks(promptTokens + steps);
      return new EngineProbe(
          libraries, seconds, before, residentBytes(), decoder.weightBytes(), cache);
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void decode(CausalLanguageModel model, int rows, int promptTokens, int steps) {
    model.decoder().allocate(rows * Slot.wholeBlocks(promptTokens + steps));
    EngineRows prompts = new EngineRows(model, rows, promptTokens, steps);
    prompts.prefill();
    prompts.secondsPerStep();
  }

  /** The resident memory of this process, as Linux counts it. */
  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findAny()
        .orElseThrow();
  }
}
