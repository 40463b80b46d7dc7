package io.lengthwise.cli.cluster;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/** Describes the progress of a generation in one line for people. */
public final class GenerationStatus {

  private static final double NANOS = 1e9;

  private long lastTime = System.nanoTime();
  private double lastTokens;
  private double tokensPerSecond;

  /**
   * Returns the line for the current state.
   *
   * @param progress the beginning of the line, for example {@code 12 of 240 answered}
   */
  public String line(String progress) {
    StringJoiner line = new StringJoiner(", ");
    line.add(progress);
    add(line, "rows running", LiveMetrics.max("rowsRunning"));
    add(line, "waiting", LiveMetrics.max("rowsWaiting"));
    measure(LiveMetrics.max("decodeTokens").orElse(0));
    line.add(String.format(Locale.ROOT, "%.0f tokens/s", tokensPerSecond));
    return line.toString();
  }

  private static void add(StringJoiner line, String name, OptionalDouble value) {
    value.ifPresent(number -> line.add(String.format(Locale.ROOT, "%.0f %s", number, name)));
  }

  /**
   * Measures over at least a second, and only when the count has changed: tokens are counted once a
   * segment.
   */
  private void measure(double tokens) {
    long now = System.nanoTime();
    if (now - lastTime >= NANOS && tokens > lastTokens) {
      tokensPerSecond = (tokens - lastTokens) * NANOS / (now - lastTime);
      lastTime = now;
      lastTokens = tokens;
    }
  }
}
