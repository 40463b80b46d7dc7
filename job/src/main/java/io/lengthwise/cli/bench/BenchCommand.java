package io.lengthwise.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.cli.bench.engine.BenchEngineCommand;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.ProgressBar;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.cli.predictor.Lessons;
import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.cli.predictor.RecordedAnswerReader;
import io.lengthwise.cli.trial.BenchLoad;
import io.lengthwise.cli.trial.BenchPrompts;
import io.lengthwise.cli.trial.NamedSchedule;
import io.lengthwise.cli.trial.RunningRows;
import io.lengthwise.cli.trial.SequenceSwitches;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: schedules on the same prompts and a real model, without Kafka and Flink. */
@Command(
    name = "bench",
    subcommands = BenchEngineCommand.class,
    description = {
      "Answers the same prompts with each schedule on a real model, without Kafka and Flink, and"
          + " compares them.",
      "All requests arrive at the start. Each pass takes the schedules in the reverse order of the"
          + " one before; figures are medians of the passes. Run it on a machine that does nothing"
          + " else."
    })
public final class BenchCommand implements Callable<Integer> {

  private static final int USUAL_LENGTH = LengthwiseOptions.DEFAULTS_ANSWER_LENGTH.defaultValue();

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationOptions options;
  @Mixin private SequenceSwitches sequence;

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
          "One prompt a line, or objects with \"prompt\" or \"instruction\"; may be gzipped.")
  private Path prompts;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "256",
      description = "Take the first N prompts (${DEFAULT-VALUE}).")
  private int requests;

  @Option(
      names = "--shuffle",
      paramLabel = "SEED",
      description = "Shuffle the prompts before, the same way for the same number.")
  private Long seed;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rows of refill (${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--schedules",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "vanilla,paper,fifo,shortest-first",
      converter = NamedSchedule.Converter.class,
      description = {
        "Of vanilla, paper, shortest-first, fifo, longest-first, least-remaining, risk-aware"
            + " (${DEFAULT-VALUE}). The first is the baseline of ratios."
      })
  private List<NamedSchedule> schedules;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "Of the sampling (${DEFAULT-VALUE}); what else there is comes from the model.")
  private float temperature;

  @Option(
      names = "--predictor",
      defaultValue = "online",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private PredictorName predictor;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "Recorded lengths that the predictor learns before.")
  private Path train;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Write the lengths of the answers, for --train, replay and predictor evaluate.")
  private Path record;

  @Option(
      names = "--passes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each schedule runs (${DEFAULT-VALUE}).")
  private int passes;

  @Option(names = "--report", paramLabel = "FILE", description = "Write an HTML page, with charts.")
  private Path report;

  @Option(names = "--json", description = "Print one JSON object a schedule.")
  private boolean json;

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
    List<RecordedAnswer> learned =
        train == null
            ? List.of()
            : RecordedAnswerReader.read(train, settings.defaultMaxTokens(), Integer.MAX_VALUE);
    fetched.fetch(new ConsoleFetchProgress(console));
    List<EncodedRequest> encoded;
    List<BenchResult> results;
    try (PromptModel opened = PromptModel.open(settings)) {
      encoded = opened.encode(texts, temperature);
      results =
          measure(
              opened, settings.engine(), texts, encoded, new Lessons(opened, predictor, learned));
    }
    BenchTable.print(results, json, console.out());
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
    if (requests < 1 || width < 1 || passes < 1) {
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
    Map<NamedSchedule, BenchResult> results = new LinkedHashMap<>();
    schedules.forEach(schedule -> results.put(schedule, new BenchResult(schedule.name())));
    List<NamedSchedule> order = new ArrayList<>(results.keySet());
    for (int pass = 1; pass <= passes; pass++) {
      for (NamedSchedule schedule : order) {
        String title = "pass %d of %d, %s".formatted(pass, passes, schedule);
        StatusLine line = new StatusLine(console);
        RunningRows rows = new RunningRows();
        EngineOptions engine = schedule.options(base, sequence.options(), width);
        BenchLoad load =
            new BenchLoad(
                texts,
                () -> opened.read(predictor, engine, encoded),
                lessons.learnedBy(predictor, USUAL_LENGTH));
        TrialReport trial =
            ScheduleTrial.run(
                opened.model(),
                engine,
                load,
                (millis, answered, running) -> {
                  rows.add(millis / 1000, running);
                  line.show(ProgressBar.of(title, answered, texts.size()));
                });
        line.end();
        console.err().printf(Locale.ROOT, "%s: %.1f tokens/s%n", title, trial.tokensPerSecond());
        results.get(schedule).add(trial, rows);
      }
      Collections.reverse(order);
    }
    return List.copyOf(results.values());
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
    conditions.put("Rows", width + " of refill; static batches as the paper sizes them");
    conditions.put("Predictor", predictor + ", having learned " + learned + " other answers");
    conditions.put("Passes", String.valueOf(passes));
    return conditions;
  }
}
