package io.lengthwise.cli.predictor;

import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.ProgressBar;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.LengthwiseOptions;
import io.lengthwise.prediction.PredictorName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code predictor evaluate}: measures predictors on recorded lengths. */
@Command(
    name = "evaluate",
    description = {
      "Evaluates length predictors on recorded lengths, compared with the mean and the median of"
          + " the lengths they learned from.",
      "Files have one JSON object a line, plain or gzipped: {\"instruction\": \"...\", \"input\":"
          + " \"...\", \"lengths\": {\"0.0\": 115}} or {\"prompt\": \"...\", \"length\": 115}; both"
          + " may have \"max_tokens\", the answer's cap, and \"cut\".",
      "mae: mean absolute error of the predicted median, in tokens. acc50, acc100: share of errors"
          + " of at most 50, 100 tokens. tau, spearman: rank correlations of predicted and real"
          + " lengths, 0 for a constant. coverage90: share of answers within the predicted 90 %%"
          + " quantile. microsPerPrediction: time of a prediction, with the features."
    })
final class EvaluateCommand implements Callable<Integer> {

  private static final int USUAL_LENGTH = LengthwiseOptions.DEFAULTS_ANSWER_LENGTH.defaultValue();

  /**
   * The number of answers between two looks at the clock, and the time before the first message.
   */
  private static final int STEP = 1000;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOptions options;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "The answers that the predictors learn first. Optional with --prequential.")
  private Path train;

  @Option(
      names = "--test",
      required = true,
      paramLabel = "FILE",
      description = "The answers whose lengths they predict.")
  private Path test;

  @Option(
      names = "--predictor",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "online",
      description = {
        "${COMPLETION-CANDIDATES}; several are separated by commas (${DEFAULT-VALUE}). perception and"
            + " hidden-state probe the model, and the time of the probe counts."
      })
  private List<PredictorName> names;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "SmolLM2-135M-Instruct",
      description = "The model to probe: a path, or a model of the catalogue (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--prequential",
      description = "Predict, then learn, through the test file, and print windows.")
  private boolean prequential;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The answers in a window of --prequential (${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--cap",
      paramLabel = "N",
      defaultValue = "512",
      description =
          "The max_tokens of lines that have none. Longer lengths count as cut here"
              + " (${DEFAULT-VALUE}).")
  private int cap;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The most answers to read from the start of each file. Default: all.")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--json", description = "One JSON object a row.")
  private boolean json;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    checkOptions();
    Evaluation evaluation =
        new Evaluation(
            train == null ? List.of() : RecordedAnswerReader.read(train, cap, limit),
            RecordedAnswerReader.read(test, cap, limit),
            prequential);
    Map<String, Supplier<EvaluatedPredictor>> predictors = predictors(evaluation.prompts());
    EvaluationPrinter printer =
        new EvaluationPrinter(console.out(), json, prequential ? window : 0);
    StatusLine status = new StatusLine(console);
    printer.header();
    predictors.forEach(
        (name, create) -> {
          PredictionLog log = evaluation.run(create, progress(status, name, evaluation.size()));
          status.end();
          printer.print(name, log);
        });
    return 0;
  }

  private void checkOptions() {
    if (train == null && !prequential) {
      throw new ParameterException(
          spec.commandLine(),
          "Name what the predictors learn from with --train, or let them learn with --prequential");
    }
    if (cap < 1 || limit < 1 || window < 1) {
      throw new ParameterException(
          spec.commandLine(), "--cap, --limit and --window must be at least 1");
    }
  }

  /**
   * Returns the predictors to compare, in the order of the rows. Each call of a supplier creates a
   * new predictor.
   */
  private Map<String, Supplier<EvaluatedPredictor>> predictors(List<String> prompts)
      throws IOException, InterruptedException {
    Map<PredictorName, ProbeResults> probeResults = probeResults(prompts);
    Map<String, Supplier<EvaluatedPredictor>> predictors = new LinkedHashMap<>();
    for (PredictorName name : names) {
      ProbeResults made = probeResults.getOrDefault(name, ProbeResults.NONE);
      predictors.put(name.toString(), () -> new TextPredictor(name, made, USUAL_LENGTH));
    }
    predictors.put("constant-mean", () -> ConstantLength.mean(USUAL_LENGTH));
    predictors.put("constant-median", () -> ConstantLength.median(USUAL_LENGTH));
    return predictors;
  }

  /** Returns the probe results of the prompts for each predictor that needs them. */
  private Map<PredictorName, ProbeResults> probeResults(List<String> prompts)
      throws IOException, InterruptedException {
    Map<PredictorName, ProbeResults> probeResults = new EnumMap<>(PredictorName.class);
    if (names.stream().noneMatch(PredictorName::asksModel)) {
      return probeResults;
    }
    Configuration configuration =
        options.over(
            Map.of(
                LengthwiseOptions.MODEL_PATH.key(),
                model,
                LengthwiseOptions.DEFAULTS_MAX_TOKENS.key(),
                String.valueOf(cap)));
    LocalModel fetched = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.withoutKafka(configuration);
    fetched.fetch(new ConsoleFetchProgress(console));
    try (PromptModel opened = PromptModel.open(settings)) {
      for (PredictorName name : names) {
        if (name.asksModel()) {
          console.err().printf("Asking the model about %d prompts, for %s%n", prompts.size(), name);
          probeResults.put(name, ProbeResults.of(opened, name, prompts));
        }
      }
    }
    return probeResults;
  }

  /** Shows the progress of an evaluation that takes long. */
  private static IntConsumer progress(StatusLine status, String name, int all) {
    long start = System.nanoTime();
    return done -> {
      if (done % STEP == 0 && System.nanoTime() - start > PATIENCE.toNanos()) {
        status.show(ProgressBar.of(name, done, all));
      }
    };
  }
}
