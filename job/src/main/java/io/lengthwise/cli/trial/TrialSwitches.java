package io.lengthwise.cli.trial;

import io.lengthwise.cli.predictor.RecordedAnswer;
import io.lengthwise.cli.predictor.RecordedAnswerReader;
import io.lengthwise.generation.schedule.EngineOptions;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that {@code bench} and {@code replay} share: which schedules to compare, and how. */
public final class TrialSwitches {

  @Mixin private SequenceSwitches sequence;

  @Option(
      names = {"--schedules", "--schedule"},
      split = ",",
      paramLabel = "NAME",
      defaultValue = "vanilla,paper,fifo,shortest-first",
      converter = NamedSchedule.Converter.class,
      description = {
        "The schedules to compare (${DEFAULT-VALUE}): vanilla (static batches, first come, first"
            + " served), paper (sequence scheduling), or an admission order of refill:"
            + " shortest-first, fifo, longest-first, least-remaining, risk-aware."
      })
  private List<NamedSchedule> schedules;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "16",
      description = "The most rows that decode together under refill (${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "Recorded lengths that the predictor learns before the first schedule runs.")
  private Path train;

  @Option(names = "--json", description = "Print one JSON object for each schedule.")
  private boolean json;

  public List<NamedSchedule> schedules() {
    return schedules;
  }

  public int width() {
    return width;
  }

  public boolean json() {
    return json;
  }

  /** Reads the answers that the predictor learns first, cut at {@code cap} tokens. */
  public List<RecordedAnswer> learnedFirst(int cap) {
    return train == null ? List.of() : RecordedAnswerReader.read(train, cap, Integer.MAX_VALUE);
  }

  /** Returns the engine's options of a schedule. */
  public EngineOptions options(NamedSchedule schedule, EngineOptions base) {
    return schedule.options(base, sequence.options(), width);
  }
}
