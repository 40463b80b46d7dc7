package io.lengthwise.job.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where the lengths of finished answers are kept.
 *
 * @param topic what the job writes to, and reads from its beginning
 * @param history further topics that are read from their beginning, never written
 */
public record LengthTopics(String topic, List<String> history) {

  /** The topics that are read, each once. */
  public List<String> read() {
    return Stream.concat(Stream.of(topic), history.stream()).distinct().toList();
  }
}
