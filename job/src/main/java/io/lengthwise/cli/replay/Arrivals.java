package io.lengthwise.cli.replay;

import io.lengthwise.cli.console.TextFile;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The arrival times of the requests of a replay. */
sealed interface Arrivals {

  /**
   * Returns the arrival times of the requests, in milliseconds, ascending.
   *
   * @param capacity the most requests a millisecond that the device can answer
   */
  double[] times(int requests, double capacity);

  /** All requests arrive at once. */
  record All() implements Arrivals {

    @Override
    public double[] times(int requests, double capacity) {
      return new double[requests];
    }
  }

  /**
   * Requests arrive independently of each other.
   *
   * @param load the arrival rate as a share of the device's capacity
   */
  record Poisson(double load) implements Arrivals {

    private static final long SEED = 1;

    @Override
    public double[] times(int requests, double capacity) {
      Random random = new Random(SEED);
      return sums(requests, () -> -Math.log(1 - random.nextDouble()) / (load * capacity));
    }

    private static double[] sums(int count, DoubleSupplier gap) {
      double[] times = new double[count];
      double now = 0;
      for (int i = 0; i < count; i++) {
        now += gap.getAsDouble();
        times[i] = now;
      }
      return times;
    }
  }

  /**
   * Requests arrive as in a recorded trace. A trace that is too short is repeated.
   *
   * @param file its lines begin with a time, {@code 2023-11-16 18:15:46.68} or a number of seconds,
   *     up to a comma; a first line with neither is a header
   */
  record Trace(Path file) implements Arrivals {

    private static final double MILLIS = 1000;
    private static final double NANOS_OF_MILLI = 1e6;

    @Override
    public double[] times(int requests, double capacity) {
      List<Double> recorded = read();
      double first = recorded.get(0);
      double span = recorded.get(recorded.size() - 1) - first;
      double round = span + span / Math.max(1, recorded.size() - 1);
      double[] times = new double[requests];
      for (int i = 0; i < requests; i++) {
        double time = recorded.get(i % recorded.size()) - first;
        times[i] = time + round * (i / recorded.size());
      }
      return times;
    }

    private List<Double> read() {
      double[] last = {Double.NEGATIVE_INFINITY};
      return TextFile.parse(
          file,
          Integer.MAX_VALUE,
          "arrivals",
          (line, number) -> {
            String text = line.split(",", 2)[0].strip();
            Double time = time(text);
            if (time != null && time >= last[0]) {
              last[0] = time;
              return time;
            }
            if (number == 1) {
              // A header.
              return null;
            }
            throw new IllegalArgumentException(
                "\"%s\" is not a time, or it is earlier than the time above it".formatted(text));
          });
    }

    /** Returns milliseconds, or null if the text is no time. */
    private static Double time(String text) {
      try {
        return MILLIS * Double.parseDouble(text);
      } catch (NumberFormatException e) {
        try {
          LocalDateTime time = LocalDateTime.parse(text.replace(' ', 'T'));
          return MILLIS * time.toEpochSecond(ZoneOffset.UTC) + time.getNano() / NANOS_OF_MILLI;
        } catch (DateTimeParseException none) {
          return null;
        }
      }
    }
  }

  /** Reads {@code all}, {@code poisson:LOAD} or {@code trace:FILE}. */
  final class Converter implements ITypeConverter<Arrivals> {

    private static final String POISSON = "poisson:";
    private static final String TRACE = "trace:";

    @Override
    public Arrivals convert(String text) {
      if (text.equals("all")) {
        return new All();
      }
      if (text.startsWith(TRACE)) {
        return new Trace(Path.of(text.substring(TRACE.length())));
      }
      try {
        double load =
            text.startsWith(POISSON) ? Double.parseDouble(text.substring(POISSON.length())) : -1;
        if (load > 0 && Double.isFinite(load)) {
          return new Poisson(load);
        }
      } catch (NumberFormatException e) {
        // The error is reported below.
      }
      throw new TypeConversionException(
          "'%s' is none of all, poisson:LOAD (for example poisson:0.9) and trace:FILE"
              .formatted(text));
    }
  }
}
