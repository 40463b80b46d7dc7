package io.lengthwise.job.config;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** Configurations of the job for tests. */
public final class TestingConfigurations {

  private TestingConfigurations() {}

  /** Returns a configuration with the required options and the given ones. */
  public static Configuration with(Map<String, String> options) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "model.path", "/models/SmolLM2.Q4_1.gguf",
                "kafka.bootstrap-servers", "k:9092",
                "requests.topics", "in"));
    all.putAll(options);
    return Configuration.fromMap(all);
  }
}
