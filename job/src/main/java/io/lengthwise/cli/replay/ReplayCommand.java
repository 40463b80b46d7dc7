package io.lengthwise.cli.replay;

import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.ProgressBar;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.console.TextFile;
import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.cli.predictor.RecordedAnswerReader;
import io.lengthwise.cli.trial.NamedSchedule;
import io.lengthwise.cli.trial.TrialSwitches;
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
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: compares schedules on recorded lengths, without a model. */
@Command(
    name = "replay",
    description = {
      "Runs the job's own scheduling on recorded lengths of answers, under simulated time.",
      "Times are in the unit of --cost. The length of an answer is its length at temperature 0, cut"
          + " at --cap."
    })
public final class ReplayCommand implements Callable<Integer> {

  private static final int SHORT = 50;

  private final Console console;
  @Spec private CommandSpec spec;
  @Mixin private TrialSwitches trial;

  @Option(
      names = "--lengths",
      required = true,
      paramLabel = "FILE",
      description =
          "A file with lines {\"instruction\", \"input\", \"lengths\": {\"0.0\": N, ...}} or"
              + " {\"prompt\", \"length\"}. It may be gzipped.")
  private Path lengths;

  @ArgGroup private Choice choice = new Choice();

  private static final class Choice {

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "The number of lines to take, from the first one on.")
    private int limit = Integer.MAX_VALUE;

    @Option(
        names = "--indices",
        paramLabel = "FILE",
        description =
            "A file with the numbers of the lines to take, one a line, from 0, in this order.")
    private Path indices;
  }

  @Option(
      names = "--predictor",
      defaultValue = "online",
      description =
          "The predictor: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). vanilla needs none.")
  private ReplayPredictor predictor;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      defaultValue = "4096",
      description = "The requests that an order chooses among (${DEFAULT-VALUE}). All others wait.")
  private int backlog;

  @Option(
      names = "--arrivals",
      defaultValue = "all",
      converter = Arrivals.Converter.class,
      description = {
        "When requests arrive: all (at once), poisson:LOAD (at this share of the requests that refill"
            + " can answer), or trace:FILE (a file whose lines begin with a time)."
      })
  private Arrivals arrivals;

  @Option(
      names = "--cost",
      split = ",",
      arity = "1",
      paramLabel = "N",
      defaultValue = "1,0.015625",
      description = {
        "The cost of a decode step, the additional cost of each of its rows, and the cost of a prompt"
            + " token (${DEFAULT-VALUE}; without the third number, prompts cost nothing)."
      })
  private double[] cost;

  @Option(
      names = "--cap",
      paramLabel = "N",
      defaultValue = "512",
      description = "The most tokens of an answer (${DEFAULT-VALUE}).")
  private int cap;

  ReplayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (trial.width() < 1 || backlog < 1 || cap < 1) {
      throw new ParameterException(
          spec.commandLine(), "--width, --backlog and --cap must be at least 1");
    }
    List<RecordedAnswer> answers = answers();
    List<RecordedAnswer> others = trial.learnedFirst(cap);
    StepCost stepCost = stepCost();
    double[] times = arrivals.times(answers.size(), capacity(answers, stepCost));
    TrialTable table = new TrialTable(console.out(), trial.json(), SHORT);
    for (NamedSchedule schedule : trial.schedules()) {
      ReplayLoad load = new ReplayLoad(answers, times, predictor);
      load.train(others);
      StatusLine line = new StatusLine(console);
      TrialListener progress =
          (millis, answered, rows) ->
              line.show(ProgressBar.of(schedule.name(), answered, answers.size()));
      EngineOptions options = trial.options(schedule, base());
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
    return TextFile.parse(
        choice.indices,
        Integer.MAX_VALUE,
        "numbers of lines",
        (line, number) -> {
          try {
            return answers.get(Integer.parseInt(line.strip()));
          } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                "not the number of one of the %d lines of %s".formatted(answers.size(), lengths),
                e);
          }
        });
  }

  private StepCost stepCost() {
    try {
      return StepCost.affine(cost[0], cost.length > 1 ? cost[1] : 0, cost.length > 2 ? cost[2] : 0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--cost: " + e.getMessage(), e);
    }
  }

  /** The requests a millisecond that refill answers if all rows are always in use. */
  private double capacity(List<RecordedAnswer> answers, StepCost stepCost) {
    double tokens = answers.stream().mapToInt(RecordedAnswer::length).average().orElseThrow();
    return trial.width() / stepCost.stepMillis(trial.width()) / tokens;
  }

  private EngineOptions base() {
    return new EngineOptions(
        new Batching(Discipline.REFILL, null, AdmissionOrder.FIFO, trial.width(), 16),
        new Memory(1L << 30, 0.9),
        new Prefill(1 << 20, false),
        new Limits(0, backlog));
  }
}
