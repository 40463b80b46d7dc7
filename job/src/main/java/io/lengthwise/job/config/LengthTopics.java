package io.lengthwise.job.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics of the lengths of finished answers.
 *
 * @param topic the topic that the job writes, and reads from its beginning
 * @param history further topics that are read from their beginning, never written
 */
public record LengthTopics(String topic, List<String> history) {

  /** The topics that the job reads, without duplicates. */
  public List<String> read() {
    return Stream.concat(Stream.of(topic), history.stream()).distinct().toList();
  }
}
