package io.lengthwise.cli.console;

import io.lengthwise.job.config.ConfigurationReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** The options of a command that takes the job's configuration. */
public final class ConfigurationOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options of the job and of Flink, as YAML.")
  private Path file;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "One option of the job or of Flink; it overrides the file's. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  /** Returns the configuration of the file and the overrides. They override the given defaults. */
  public Configuration over(Map<String, String> defaults) {
    Configuration configuration = Configuration.fromMap(defaults);
    configuration.addAll(ConfigurationReader.read(file, overrides));
    return configuration;
  }
}
