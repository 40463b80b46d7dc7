package io.lengthwise.cli.replay;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.ProgressBar;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.console.TextFile;
import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.cli.predictor.RecordedAnswerReader;
import io.lengthwise.cli.trial.NamedSchedule;
import io.lengthwise.cli.trial.SequenceSwitches;
import io.lengthwise.cli.trial.TrialTable;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.EngineOptions.Batching;
import io.lengthwise.generation.schedule.EngineOptions.Limits;
import io.lengthwise.generation.schedule.EngineOptions.Memory;
import io.lengthwise.generation.schedule.EngineOptions.Prefill;
import io.lengthwise.generation.trial.ScheduleTrial;
import io.lengthwise.generation.trial.TrialListener;
import io.lengthwise.generation.trial.TrialReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: schedules on recorded lengths, without a model. */
@Command(
    name = "replay",
    description = {
      "Runs the job's own scheduling on recorded lengths of answers, under simulated time.",
      "Times are in the unit of --cost. The length of an answer is that at temperature 0; what was"
          + " longer than --cap was cut there."
    })
public final class ReplayCommand implements Callable<Integer> {

  private static final int SHORT = 50;

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private SequenceSwitches sequence;

  @Option(
      names = "--lengths",
      required = true,
      paramLabel = "FILE",
      description =
          "Lines {\"instruction\", \"input\", \"lengths\": {\"0.0\": N, ...}} or {\"prompt\","
              + " \"length\"}; may be gzipped.")
  private Path lengths;

  @ArgGroup private Choice choice = new Choice();

  private static final class Choice {

    @Option(names = "--limit", paramLabel = "N", description = "Take the first N lines.")
    private int limit = Integer.MAX_VALUE;

    @Option(
        names = "--indices",
        paramLabel = "FILE",
        description = "Take the lines of these numbers, from 0, one a line, in this order.")
    private Path indices;
  }

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "Recorded lengths that the predictor learns before.")
  private Path train;

  @Option(
      names = "--schedule",
      required = true,
      split = ",",
      paramLabel = "NAME",
      converter = NamedSchedule.Converter.class,
      description = {
        "vanilla (static batches, first come, first served), paper (sequence scheduling), or an"
            + " order of refill: shortest-first, fifo, longest-first, least-remaining, risk-aware."
      })
  private List<NamedSchedule> schedules;

  @Option(
      names = "--predictor",
      defaultValue = "online",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). vanilla predicts nothing.")
  private ReplayPredictor predictor;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rows of refill (${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "4096",
      description = "Requests that an order chooses among; the rest waits (${DEFAULT-VALUE}).")
  private int backlog;

  @Option(
      names = "--arrivals",
      defaultValue = "all",
      converter = Arrivals.Converter.class,
      description = {
        "all (at once), poisson:LOAD (at that share of what refill can answer) or trace:FILE (lines"
            + " that begin with a time)."
      })
  private Arrivals arrivals;

  @Option(
      names = "--cost",
      split = ",",
      arity = "1",
      paramLabel = "N",
      defaultValue = "1,0.015625",
      description = {
        "What a decode step costs, and each of its rows more; a third number is what a token of a"
            + " prompt costs (${DEFAULT-VALUE})."
      })
  private double[] cost;

  @Option(
      names = "--cap",
      paramLabel = "N",
      defaultValue = "512",
      description = "The most tokens of an answer (${DEFAULT-VALUE}).")
  private int cap;

  @Option(names = "--json", description = "Print one JSON object a schedule.")
  private boolean json;

  ReplayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (width < 1 || backlog < 1 || cap < 1) {
      throw new ParameterException(
          spec.commandLine(), "--width, --backlog and --cap must be at least 1");
    }
    List<RecordedAnswer> answers = answers();
    List<RecordedAnswer> others =
        train == null ? List.of() : RecordedAnswerReader.read(train, cap, Integer.MAX_VALUE);
    StepCost stepCost = stepCost();
    double[] times = arrivals.times(answers.size(), capacity(answers, stepCost));
    TrialTable table = new TrialTable(console.out(), json, SHORT);
    for (NamedSchedule schedule : schedules) {
      ReplayLoad load = new ReplayLoad(answers, times, predictor);
      load.train(others);
      StatusLine line = new StatusLine(console);
      TrialListener progress =
          (millis, answered, rows) ->
              line.show(ProgressBar.of(schedule.name(), answered, answers.size()));
      EngineOptions options = schedule.options(base(), sequence.options(), width);
      TrialReport report = ScheduleTrial.replay(stepCost, options, load, progress);
      line.end();
      table.add(schedule.name(), predictor.toString(), report);
    }
    return 0;
  }

  private List<RecordedAnswer> answers() {
    List<RecordedAnswer> answers = RecordedAnswerReader.read(lengths, cap, choice.limit);
    return choice.indices == null ? answers : chosen(answers);
  }

  private List<RecordedAnswer> chosen(List<RecordedAnswer> answers) {
    List<RecordedAnswer> chosen = new ArrayList<>();
    try (BufferedReader lines = TextFile.open(choice.indices)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          chosen.add(answers.get(Integer.parseInt(line.strip())));
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(choice.indices + " cannot be read: " + e.getMessage(), e);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new CommandFailure(
          "%s, line %d: not the number of one of the %d lines of %s"
              .formatted(choice.indices, chosen.size() + 1, answers.size(), lengths),
          e);
    }
    return chosen;
  }

  private StepCost stepCost() {
    try {
      return StepCost.affine(cost[0], cost.length > 1 ? cost[1] : 0, cost.length > 2 ? cost[2] : 0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--cost: " + e.getMessage(), e);
    }
  }

  /** Requests a millisecond that refill answers when all its rows are always in use. */
  private double capacity(List<RecordedAnswer> answers, StepCost stepCost) {
    double tokens = answers.stream().mapToInt(RecordedAnswer::length).average().orElseThrow();
    return width / stepCost.stepMillis(width) / tokens;
  }

  private EngineOptions base() {
    return new EngineOptions(
        new Batching(Discipline.REFILL, null, AdmissionOrder.FIFO, width, 16),
        new Memory(1L << 30, 0.9),
        new Prefill(1 << 20, false),
        new Limits(0, backlog));
  }
}
