package io.lengthwise.job.config;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The position at which a job without a savepoint begins to read.
 *
 * @param kind where reading starts
 * @param timestamp epoch milliseconds, used with {@link Kind#TIMESTAMP} only
 */
public record StartingOffsets(Kind kind, long timestamp) {

  private static final String TIMESTAMP_PREFIX = "timestamp:";

  /** The ways to say where reading starts. */
  public enum Kind {
    COMMITTED,
    EARLIEST,
    LATEST,
    TIMESTAMP
  }

  /**
   * Reads {@code committed}, {@code earliest}, {@code latest}, {@code timestamp:1700000000000} or
   * {@code timestamp:2026-11-24T10:00:00Z}.
   *
   * @throws IllegalArgumentException whose message is the rule
   */
  public static StartingOffsets parse(String text) {
    return switch (text.strip()) {
      case "committed" -> new StartingOffsets(Kind.COMMITTED, 0);
      case "earliest" -> new StartingOffsets(Kind.EARLIEST, 0);
      case "latest" -> new StartingOffsets(Kind.LATEST, 0);
      default -> new StartingOffsets(Kind.TIMESTAMP, timestamp(text.strip()));
    };
  }

  private static long timestamp(String text) {
    if (text.startsWith(TIMESTAMP_PREFIX)) {
      String time = text.substring(TIMESTAMP_PREFIX.length()).strip();
      try {
        return time.matches("\\d{1,18}")
            ? Long.parseLong(time)
            : Instant.parse(time).toEpochMilli();
      } catch (DateTimeParseException | ArithmeticException e) {
        // The error below says which values are allowed.
      }
    }
    throw new IllegalArgumentException(
        "must be committed, earliest, latest, or timestamp: followed by epoch milliseconds or an"
            + " instant such as 2026-11-24T10:00:00Z");
  }

  /**
   * Returns the initializer of the source. The deprecated method is the only one that says what
   * happens if the group has no offsets.
   */
  @SuppressWarnings("deprecation")
  public OffsetsInitializer initializer() {
    return switch (kind) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case TIMESTAMP -> OffsetsInitializer.timestamp(timestamp);
    };
  }
}
