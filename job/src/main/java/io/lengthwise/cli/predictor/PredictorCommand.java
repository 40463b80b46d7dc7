package io.lengthwise.cli.predictor;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code predictor}: the commands for predictors alone. */
@Command(
    name = "predictor",
    description = "Evaluates length predictors.",
    subcommands = EvaluateCommand.class)
public final class PredictorCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: predictor evaluate");
  }
}
