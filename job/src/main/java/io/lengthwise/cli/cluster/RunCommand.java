package io.lengthwise.cli.cluster;

import io.lengthwise.cli.console.ConfigurationOptions;
import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.models.ConsoleFetchProgress;
import io.lengthwise.cli.models.LocalModel;
import io.lengthwise.cli.models.ModelStore;
import io.lengthwise.job.LengthwiseJob;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.job.kafka.TopicCheck;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}: runs the job in this JVM, with an existing Kafka cluster. */
@Command(
    name = "run",
    description = {
      "Runs the job in one JVM against an existing Kafka, until it is interrupted.",
      "model.path may be a name that 'models list' shows."
    })
public final class RunCommand implements Callable<Integer> {

  private final Console console;
  @Mixin private ConfigurationOptions options;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = options.over(Map.of());
    LocalModel model = LocalModel.locate(configuration, ModelStore.ofUser(System.getenv()));
    JobSettings settings = JobSettings.of(configuration);
    StreamExecutionEnvironment environment = LocalCluster.environment(configuration);
    LengthwiseJob.define(environment, settings);
    TopicCheck.run(settings.kafka());
    model.fetch(new ConsoleFetchProgress(console));
    try (LocalCluster cluster =
        LocalCluster.start(configuration, LocalCluster.slots(environment, settings))) {
      LocalCluster.RunningJob job = cluster.submit(environment, settings.name());
      console.err().println("Flink's web interface: " + cluster.webAddress());
      job.await();
    }
    return 0;
  }
}
