package io.lengthwise.cli.batch;

import io.lengthwise.cli.cluster.GenerationStatus;
import io.lengthwise.cli.cluster.LiveMetrics;
import io.lengthwise.cli.cluster.LocalCluster;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.PendingFile;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.models.CatalogModel;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.job.Pipeline;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.config.LengthwiseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code batch}: answers the requests of a file and writes the answers to another file. */
@Command(
    name = "batch",
    description = {
      "Answers the requests of a file, lines of the OpenAI Batch API, without Kafka.",
      "OUT gets a line, in any order, for each request whose custom_id can be read, be it an answer"
          + " or an error; the errors file gets the number of each other line and the cause. Both"
          + " appear when everything is done."
    })
public final class BatchCommand implements Callable<Integer> {

  private static final Duration REFRESH = Duration.ofMillis(500);

  private final Console console;
  @Mixin private ConfigurationOptions options;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN.jsonl", description = "The requests.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT.jsonl", description = "The responses.")
  private Path out;

  @Option(
      names = "--errors",
      paramLabel = "FILE",
      description =
          "The file for lines that are not requests. Default: OUT with .errors.jsonl appended.")
  private Path errors;

  BatchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Path errorsFile =
        errors != null ? errors : out.resolveSibling(out.getFileName() + ".errors.jsonl");
    checkPaths(errorsFile);
    Configuration configuration = configuration();
    LocalModel model = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.withoutKafka(configuration);
    try (PendingFile pendingOut = new PendingFile(out);
        PendingFile pendingErrors = new PendingFile(errorsFile)) {
      model.fetch(new ConsoleFetchProgress(console));
      BatchJob job =
          new BatchJob(
              in, pendingOut.path(), pendingErrors.path(), settings.limits().maxRecordBytes());
      Outcome outcome = run(job, settings, configuration, console);
      pendingOut.move();
      if (outcome.unreadable() > 0 || errors != null) {
        pendingErrors.move();
      } else {
        // The file of an earlier run could be mistaken for this run's.
        Files.deleteIfExists(errorsFile);
      }
      report(outcome, console, errorsFile);
      return outcome.failed() + outcome.unreadable() == 0 ? 0 : ExitCode.SOFTWARE;
    }
  }

  private void checkPaths(Path errorsFile) {
    if (!Files.isRegularFile(in)) {
      throw new CommandFailure("There is no file " + in);
    }
    Set<Path> paths = new HashSet<>();
    for (Path path : List.of(in, out, errorsFile)) {
      if (!paths.add(path.toAbsolutePath().normalize())) {
        throw new ParameterException(
            spec.commandLine(), "The requests, the responses and the errors need a file each");
      }
    }
  }

  private Configuration configuration() {
    Configuration configuration =
        options.over(
            Map.of(
                "restart-strategy.type",
                "none",
                LengthwiseOptions.MODEL_PATH.key(),
                CatalogModel.SMOLLM2_135M_INSTRUCT.name()));
    // The files are written once, from the beginning to the end. No checkpoint could be resumed.
    configuration.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
    return configuration;
  }

  private static Outcome run(
      BatchJob batch, JobSettings settings, Configuration configuration, Console console)
      throws Exception {
    StreamExecutionEnvironment environment = LocalCluster.environment(configuration);
    Pipeline.configure(environment, settings);
    batch.define(environment, lines -> Pipeline.build(lines, settings));
    try (LocalCluster cluster =
        LocalCluster.start(configuration, LocalCluster.slots(environment, settings))) {
      LocalCluster.RunningJob job = cluster.submit(environment, settings.name());
      StatusLine line = new StatusLine(console);
      GenerationStatus status = new GenerationStatus();
      while (!job.endsWithin(REFRESH)) {
        double answered = LiveMetrics.sum(BatchJob.ANSWERED).orElse(0);
        line.show(status.line(String.format(Locale.ROOT, "%.0f answered", answered)));
      }
      line.end();
      return Outcome.of(job.await());
    }
  }

  private void report(Outcome outcome, Console console, Path errorsFile) throws IOException {
    console.err().printf("%d answered, %d failed: %s%n", outcome.answered(), outcome.failed(), out);
    if (outcome.unreadable() > 0) {
      console.err().printf("%d lines are no requests: %s%n", outcome.unreadable(), errorsFile);
    }
  }

  private record Outcome(long answered, long failed, long unreadable) {

    static Outcome of(Map<String, Object> accumulators) {
      return new Outcome(
          (Long) accumulators.get(BatchJob.ANSWERED),
          (Long) accumulators.get(BatchJob.FAILED),
          (Long) accumulators.get(BatchJob.UNREADABLE));
    }
  }
}
