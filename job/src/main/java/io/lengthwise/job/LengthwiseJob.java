package io.lengthwise.job;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job for {@code flink run}: requests from Kafka, results to Kafka. */
public final class LengthwiseJob {

  private LengthwiseJob() {}

  /** Runs the job; the arguments are those of {@link ConfigurationReader#ofArguments}. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = ConfigurationReader.ofArguments(arguments);
    JobSettings settings = JobSettings.of(configuration);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    define(environment, settings);
    environment.execute(settings.name());
  }

  /** Adds sources, operators and sinks to an environment. */
  public static void define(StreamExecutionEnvironment environment, JobSettings settings) {
    throw new UnsupportedOperationException();
  }
}
