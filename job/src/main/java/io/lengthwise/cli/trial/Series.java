package io.lengthwise.cli.trial;

import io.lengthwise.cli.console.Console;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * Something that is measured several times.
 *
 * <p>A machine is faster in one minute than in the next. What is compared is therefore measured in
 * turn, and a ratio is the median of the repetitions' ratios, whose halves lie side by side.
 */
public final class Series {

  private final DoubleSupplier measurement;
  private final List<Double> values = new ArrayList<>();

  /**
   * A series without values.
   *
   * @param measurement measures once
   */
  public Series(DoubleSupplier measurement) {
    this.measurement = measurement;
  }

  /** A series of how many seconds something takes. */
  public static Series seconds(Runnable work) {
    return new Series(
        () -> {
          long start = System.nanoTime();
          work.run();
          return (System.nanoTime() - start) / 1e9;
        });
  }

  /** The same series, of a part of each value. */
  public Series dividedBy(int parts) {
    return new Series(() -> measurement.getAsDouble() / parts);
  }

  /** Measures all of them once, to warm up, and then in turn, repetition after repetition. */
  public static void measureInterleaved(
      String title, Collection<Series> series, int repetitions, Console console) {
    for (int repetition = 0; repetition <= repetitions; repetition++) {
      console.err().printf("%s: repetition %d of %d%n", title, repetition, repetitions);
      for (Series one : series) {
        double value = one.measurement.getAsDouble();
        if (repetition > 0) {
          one.values.add(value);
        }
      }
    }
  }

  public double median() {
    return median(values);
  }

  /** How many times another one this is, by the median of the repetitions. */
  public double medianRatioTo(Series other) {
    return median(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / other.values.get(i))
            .toList());
  }

  /** The median of some values, NaN of none. */
  public static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return IntStream.of((sorted.length - 1) / 2, sorted.length / 2)
        .filter(i -> i < sorted.length)
        .mapToDouble(i -> sorted[i])
        .average()
        .orElse(Double.NaN);
  }
}
