package io.lengthwise.job.cli;

import io.lengthwise.job.JobSettings;
import io.lengthwise.job.LengthwiseOptions;
import io.lengthwise.model.CausalLanguageModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bench engine}: what the engine's device can do, by the number of rows. */
@Command(
    name = "engine",
    description = {
      "Measures prefill and greedy decode of a model on this machine, by the number of rows that run"
          + " together, without Kafka and Flink.",
      "Each figure is the median of the repetitions, which take the widths in turn. Run it on a"
          + " machine that does nothing else; ratios between widths say more than their size."
    })
final class BenchEngineCommand implements Callable<Integer> {

  @ParentCommand private BenchCommand bench;
  @Mixin private ConfigurationOptions options;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,16,32,64",
      description = "Rows that run together (${DEFAULT-VALUE}).")
  private List<Integer> widths;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of each row's prompt (${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "32",
      description = "Decode steps of a repetition (${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "5",
      description = "Repetitions, after one that is not counted (${DEFAULT-VALUE}).")
  private int repetitions;

  @Override
  public Integer call() throws Exception {
    Console console = bench.lengthwise().console();
    Configuration configuration =
        options.over(
            Map.of(LengthwiseOptions.MODEL_PATH.key(), CatalogModel.SMOLLM2_135M_INSTRUCT.name()));
    LocalModel fetched = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.withoutKafka(configuration);
    fetched.fetch(new ConsoleFetchProgress(console));
    try (CausalLanguageModel model =
        CausalLanguageModel.open(settings.model(), settings.engine().threads())) {
      measure(model, console);
    }
    return 0;
  }

  private void measure(CausalLanguageModel model, Console console) {
    Map<Integer, BenchEngineRows> rows = new TreeMap<>();
    int most = widths.stream().mapToInt(Integer::intValue).max().orElseThrow();
    model.decoder().allocate(most * BenchEngineRows.slotSize(promptTokens + steps));
    widths.forEach(width -> rows.put(width, new BenchEngineRows(width, promptTokens, steps)));
    for (int repetition = 0; repetition <= repetitions; repetition++) {
      console.err().printf("repetition %d of %d%n", repetition, repetitions);
      for (BenchEngineRows row : rows.values()) {
        row.run(model.decoder(), repetition > 0);
      }
    }
    console
        .out()
        .println("rows  prefill tokens/s  decode tokens/s  ms a step  decode, to the first");
    double first = rows.get(widths.get(0)).decodeTokensPerSecond();
    for (int width : widths) {
      BenchEngineRows measured = rows.get(width);
      console
          .out()
          .printf(
              "%4d  %16.0f  %15.0f  %9.1f  %19.2fx%n",
              width,
              measured.prefillTokensPerSecond(),
              measured.decodeTokensPerSecond(),
              measured.millisecondsPerStep(),
              measured.decodeTokensPerSecond() / first);
    }
  }

  /** The median of some measurements. */
  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return IntStream.of((sorted.length - 1) / 2, sorted.length / 2)
        .mapToDouble(i -> sorted[i])
        .average()
        .orElse(Double.NaN);
  }
}
