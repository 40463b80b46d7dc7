package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.models.CatalogModel;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.LengthwiseOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench engine}: compares the engine's figures with the limits of its device. */
@Command(
    name = "engine",
    description = {
      "Measures the engine on this machine and compares each figure with its limit.",
      "Figures are medians of interleaved repetitions. Run it on a machine that does nothing else."
          + " Compare shares of the limit, not tokens/s.",
      "shareOfLimit is the ratio of a throughput to its limit: the matrix products of decode alone,"
          + " or the prefill of one long prompt. shareOfAllowed is the ratio of seconds or bytes to"
          + " the allowed ones; at most 1 is within the limit."
    })
public final class BenchEngineCommand implements Callable<Integer> {

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOptions configurationOptions;
  @Mixin private EngineBenchOptions options;

  @Option(
      names = "--figures",
      split = ",",
      paramLabel = "FIGURE",
      description = "The figures to measure: ${COMPLETION-CANDIDATES}. Default: all.")
  private List<EngineFigure> figures = List.of(EngineFigure.values());

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  BenchEngineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    options
        .problem()
        .ifPresent(
            problem -> {
              throw new ParameterException(spec.commandLine(), problem);
            });
    Configuration configuration =
        configurationOptions.over(
            Map.of(LengthwiseOptions.MODEL_PATH.key(), CatalogModel.SMOLLM2_135M_INSTRUCT.name()));
    LocalModel fetched = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.withoutKafka(configuration);
    fetched.fetch(new ConsoleFetchProgress(console));
    try (EngineBench engine = new EngineBench(settings, options, console)) {
      for (EngineFigure figure : new TreeSet<>(figures)) {
        print(figure, figure.measure(engine), console);
      }
    }
    return 0;
  }

  private void print(EngineFigure figure, List<EngineResult> results, Console console) {
    if (json) {
      results.forEach(result -> console.out().println(result.json(figure)));
    } else if (!results.isEmpty()) {
      EngineTable.print(figure, results, console.out());
    }
  }
}
