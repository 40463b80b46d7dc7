package io.lengthwise.cli.bench.engine;

import io.lengthwise.job.config.JobSettings;
import io.lengthwise.model.decoder.WeightType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of {@code bench engine} for the sizes and the number of repetitions. */
final class EngineBenchOptions {

  @Option(
      names = "--weights",
      split = ",",
      paramLabel = "WEIGHTS",
      description =
          "The kinds of weights to compare. Default: model.weights; if it is auto, int8,float32 on"
              + " the CPU and bfloat16 on CUDA.")
  private List<WeightType> weights;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,16,32,64",
      description = "The numbers of rows that decode together (${DEFAULT-VALUE}).")
  private List<Integer> rows;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "The tokens of each row's prompt (${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "128",
      description = "The decode steps of a repetition (${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "3",
      description = "The number of repetitions, after a warm-up (${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "The text for the perplexity. Its first 20,000 tokens are used.")
  private Path text;

  /** Returns the error of the options, or empty if they are correct. */
  Optional<String> problem() {
    if (rows.stream().anyMatch(number -> number < 1) || steps < 1 || repetitions < 1) {
      return Optional.of("--rows, --steps and --repeat must be at least 1");
    }
    if (promptTokens < 2) {
      return Optional.of("--prompt-tokens must be at least 2");
    }
    if (weights != null && weights.contains(WeightType.AUTO)) {
      return Optional.of("--weights must name the numbers: int8, float32, bfloat16 or float16");
    }
    return Optional.empty();
  }

  List<WeightType> weights(JobSettings settings) {
    if (weights != null) {
      return weights;
    }
    if (settings.model().weights() != WeightType.AUTO) {
      return List.of(settings.model().weights());
    }
    return settings.model().device().equals("cpu")
        ? List.of(WeightType.INT8, WeightType.FLOAT32)
        : List.of(WeightType.BFLOAT16);
  }

  List<Integer> rows() {
    return rows;
  }

  /** The largest number of rows. */
  int mostRows() {
    return rows.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  Optional<Path> text() {
    return Optional.ofNullable(text);
  }

  int promptTokens() {
    return promptTokens;
  }

  int steps() {
    return steps;
  }

  int repetitions() {
    return repetitions;
  }
}
