package io.lengthwise.cli;

import io.lengthwise.cli.batch.BatchCommand;
import io.lengthwise.cli.bench.BenchCommand;
import io.lengthwise.cli.cluster.RunCommand;
import io.lengthwise.cli.console.CloseOnExit;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.demo.DemoCommand;
import io.lengthwise.cli.kafka.SendCommand;
import io.lengthwise.cli.kafka.TailCommand;
import io.lengthwise.cli.models.ModelsCommand;
import io.lengthwise.cli.predictor.PredictorCommand;
import io.lengthwise.cli.replay.ReplayCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.flink.configuration.IllegalConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: everything that runs Lengthwise without a Flink cluster. */
@Command(
    name = "lengthwise",
    description =
        "Answers LLM requests from Kafka inside Flink, scheduled by predicted answer length.",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      BatchCommand.class,
      SendCommand.class,
      TailCommand.class,
      ModelsCommand.class,
      PredictorCommand.class,
      ReplayCommand.class,
      BenchCommand.class
    },
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Lengthwise.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything was done and every request was answered",
      "1:something failed, or a request was not answered",
      "2:the command line or the configuration is wrong",
      "70:Lengthwise could not be built or started",
      "130:it was interrupted (Ctrl-C)"
    })
public final class Lengthwise implements Runnable {

  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    int exitCode = line(Console.ofProcess()).execute(arguments);
    // Client and engine threads must not keep the process alive.
    System.exit(exitCode);
  }

  /** Creates the command line with all commands, which write to the console. */
  static CommandLine line(Console console) {
    CommandLine line = new CommandLine(Lengthwise.class, new CommandFactory(console));
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler((error, command, parsed) -> report(console, error));
    line.setParameterExceptionHandler((error, arguments) -> reportUsage(console, error));
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command");
  }

  /** The project's version, which Maven writes into the jar's manifest. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Lengthwise.class.getPackage().getImplementationVersion();
      return new String[] {"Lengthwise " + (version != null ? version : "(not packaged)")};
    }
  }

  private static int report(Console console, Exception error) {
    if (CloseOnExit.isExiting()) {
      // The failure is a consequence of the shutdown.
      return ExitCode.SOFTWARE;
    }
    PrintStream err = console.err();
    if (error instanceof IllegalConfigurationException) {
      err.println("lengthwise: " + error.getMessage());
      return ExitCode.USAGE;
    }
    if (error instanceof CommandFailure) {
      err.println("lengthwise: " + error.getMessage());
    } else {
      error.printStackTrace(err);
    }
    return ExitCode.SOFTWARE;
  }

  private static int reportUsage(Console console, ParameterException error) {
    console.err().println("lengthwise: " + error.getMessage());
    console
        .err()
        .println("Try: " + error.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }
}
