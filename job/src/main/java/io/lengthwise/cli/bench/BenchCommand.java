package io.lengthwise.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.cli.bench.engine.BenchEngineCommand;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.cli.predictor.Lessons;
import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.cli.trial.BenchLoad;
import io.lengthwise.cli.trial.BenchPrompts;
import io.lengthwise.cli.trial.TrialSwitches;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.trial.ScheduleTrial;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.LengthwiseOptions;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: compares schedules on the same prompts and a real model, without Kafka and Flink.
 */
@Command(
    name = "bench",
    subcommands = BenchEngineCommand.class,
    description = {
      "Answers the same prompts with each schedule on a real model, without Kafka and Flink, and"
          + " compares them.",
      "All requests arrive at the start. A warm-up runs first and is not counted. Each pass takes"
          + " the schedules in the reverse order of the pass before. Figures are medians of the"
          + " passes. Run it on a machine that does nothing else."
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int USUAL_LENGTH = LengthwiseOptions.DEFAULTS_ANSWER_LENGTH.defaultValue();

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOptions options;
  @Mixin private TrialSwitches trial;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "SmolLM2-135M-Instruct",
      description = "A path, or a model of the catalogue (${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "A file with one prompt a line, or one object with \"prompt\" or \"instruction\" a line."
              + " It may be gzipped.")
  private Path prompts;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "256",
      description = "The number of prompts to answer, from the first one on (${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--shuffle",
      paramLabel = "SEED",
      description = "Shuffle the prompts first. The same number gives the same order.")
  private Long seed;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "The temperature of the sampling (${DEFAULT-VALUE}). The other parameters are the model's.")
  private float temperature;

  @Option(
      names = "--predictor",
      defaultValue = "online",
      description = "The predictor: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private PredictorName predictor;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write the lengths of the answers to a file, for --train, replay and predictor evaluate.")
  private Path record;

  @Option(
      names = "--passes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each schedule runs (${DEFAULT-VALUE}). One pass is no comparison.")
  private int passes;

  @Option(names = "--report", paramLabel = "FILE", description = "Write an HTML page with charts.")
  private Path report;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    checkOptions();
    Configuration configuration = options.over(Map.of(LengthwiseOptions.MODEL_PATH.key(), model));
    LocalModel fetched = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.withoutKafka(configuration);
    List<String> texts = BenchPrompts.read(prompts, requests, seed);
    List<RecordedAnswer> learned = trial.learnedFirst(settings.defaultMaxTokens());
    fetched.fetch(new ConsoleFetchProgress(console));
    List<EncodedRequest> encoded;
    List<BenchResult> results;
    try (PromptModel opened = PromptModel.open(settings)) {
      encoded = opened.encode(texts, temperature);
      results =
          measure(
              opened, settings.engine(), texts, encoded, new Lessons(opened, predictor, learned));
    }
    BenchTable.print(results, trial.json(), console.out());
    if (record != null) {
      record(texts, encoded, results.get(0).typicalPass());
    }
    if (report != null) {
      BenchReport.write(report, conditions(settings, texts.size(), learned.size()), results);
      console.err().println("The report is " + report.toAbsolutePath());
    }
    return 0;
  }

  private void checkOptions() {
    if (prompts == null) {
      throw new ParameterException(spec.commandLine(), "Name a file of prompts with --prompts");
    }
    if (requests < 1 || trial.width() < 1 || passes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--requests, --width and --passes must be at least 1");
    }
  }

  private List<BenchResult> measure(
      PromptModel opened,
      EngineOptions base,
      List<String> texts,
      List<EncodedRequest> encoded,
      Lessons lessons) {
    Comparison comparison =
        new Comparison(
            console,
            (schedule, count, progress) -> {
              EngineOptions engine = trial.options(schedule, base);
              BenchLoad load =
                  new BenchLoad(
                      texts.subList(0, count),
                      () -> opened.withProbeResults(predictor, engine, encoded.subList(0, count)),
                      lessons.learnedBy(predictor, USUAL_LENGTH));
              return ScheduleTrial.run(opened.model(), engine, load, progress);
            },
            texts.size());
    return comparison.run(trial.schedules(), passes, trial.width());
  }

  private void record(List<String> texts, List<EncodedRequest> encoded, TrialReport trial)
      throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(record)) {
      for (int i = 0; i < texts.size(); i++) {
        int cap = encoded.get(i).request().maxTokens();
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("prompt", texts.get(i)).put("length", trial.tokens()[i]);
        line.put("max_tokens", cap).put("cut", trial.tokens()[i] >= cap);
        writer.write(line.toString());
        writer.newLine();
      }
    }
  }

  private Map<String, String> conditions(JobSettings settings, int answered, int learned) {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("Model", settings.model().name() + ", " + settings.model().chosenWeights());
    conditions.put("Device", settings.model().device());
    conditions.put(
        "Requests", answered + ", of at most " + settings.defaultMaxTokens() + " tokens");
    conditions.put("Rows", trial.width() + " of refill; static batches as the paper sizes them");
    conditions.put("Predictor", predictor + ", having learned " + learned + " other answers");
    conditions.put("Passes", passes == 1 ? "1. " + Comparison.ONE_PASS : String.valueOf(passes));
    return conditions;
  }
}
