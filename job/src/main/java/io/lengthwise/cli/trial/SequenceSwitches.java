package io.lengthwise.cli.trial;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import picocli.CommandLine.Option;

/** The switches of the paper's scheduling, for commands that compare schedules. */
public final class SequenceSwitches {

  @Option(
      names = "--group",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Requests that the schedule paper sorts and batches together (${DEFAULT-VALUE}).")
  private int group;

  @Option(
      names = "--no-binning",
      description = "paper: predictions are not rounded up to multiples of 50.")
  private boolean noBinning;

  @Option(
      names = "--no-vbs",
      description = "paper: batches of 16 instead of wider ones for shorter answers.")
  private boolean noVariableBatchSize;

  @Option(
      names = "--no-fcr",
      description = "paper: a batch is not capped at its predicted length, so no row is capped.")
  private boolean noRecomputation;

  @Option(
      names = "--restart",
      description =
          "paper: a capped row restarts from its prompt, as in the paper, instead of continuing.")
  private boolean restart;

  public SequenceOptions options() {
    Recomputation recomputation =
        noRecomputation
            ? Recomputation.NONE
            : restart ? Recomputation.RESTART : Recomputation.CONTINUE;
    return SequenceOptions.DEFAULT
        .with(!noBinning, !noVariableBatchSize, recomputation)
        .withGroupSize(group);
  }
}
