package io.lengthwise.job.config;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Where a job without a savepoint begins to read.
 *
 * @param place the place
 * @param timestamp epoch milliseconds, of meaning for {@link Place#TIMESTAMP} only
 */
public record StartingOffsets(Place place, long timestamp) {

  private static final String TIMESTAMP_PREFIX = "timestamp:";

  /** The places a topic can be read from. */
  public enum Place {
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
      case "committed" -> new StartingOffsets(Place.COMMITTED, 0);
      case "earliest" -> new StartingOffsets(Place.EARLIEST, 0);
      case "latest" -> new StartingOffsets(Place.LATEST, 0);
      default -> new StartingOffsets(Place.TIMESTAMP, timestamp(text.strip()));
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
        // The rule below says what is allowed.
      }
    }
    throw new IllegalArgumentException(
        "must be committed, earliest, latest, or timestamp: followed by epoch milliseconds or an"
            + " instant such as 2026-11-24T10:00:00Z");
  }

  /** The connector knows no other way to say what happens where the group has no offsets. */
  @SuppressWarnings("deprecation")
  public OffsetsInitializer initializer() {
    return switch (place) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
      case TIMESTAMP -> OffsetsInitializer.timestamp(timestamp);
    };
  }
}
