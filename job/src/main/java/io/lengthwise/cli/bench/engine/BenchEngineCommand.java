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
      "Measures the engine on this machine, each figure beside its own limit.",
      "Figures are medians of repetitions that take in turn what is compared. Run it on a machine"
          + " that does nothing else; a share of the limit says more than tokens/s.",
      "shareOfLimit is the part that is reached of what the machine allows: of decode's matrix"
          + " products alone, or of one long prompt for prefill. shareOfAllowed is the part that is"
          + " used of the allowed seconds or bytes: up to 1 is within."
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
      description = "Of ${COMPLETION-CANDIDATES} (all).")
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
