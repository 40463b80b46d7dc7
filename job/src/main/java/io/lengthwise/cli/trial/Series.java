package io.lengthwise.cli.trial;

import io.lengthwise.cli.console.Console;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * A measurement that is repeated.
 *
 * <p>The speed of a machine changes over time. Measurements that are compared are therefore
 * interleaved. A ratio is the median of the ratios of the repetitions, because the two values of a
 * repetition are measured close together.
 */
public final class Series {

  private final DoubleSupplier measurement;
  private final List<Double> values = new ArrayList<>();

  /**
   * Creates a series without values.
   *
   * @param measurement measures once
   */
  public Series(DoubleSupplier measurement) {
    this.measurement = measurement;
  }

  /** Creates a series of the seconds that an action takes. */
  public static Series seconds(Runnable work) {
    return new Series(
        () -> {
          long start = System.nanoTime();
          work.run();
          return (System.nanoTime() - start) / 1e9;
        });
  }

  /** Creates a series whose values are those of this one divided by a number. */
  public Series dividedBy(int parts) {
    return new Series(() -> measurement.getAsDouble() / parts);
  }

  /** Measures all series once, to warm up, and then interleaved, repetition after repetition. */
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

  /** Returns the ratio to another series: the median of the repetitions' ratios. */
  public double medianRatioTo(Series other) {
    return median(
        IntStream.range(0, values.size())
            .mapToObj(i -> values.get(i) / other.values.get(i))
            .toList());
  }

  /** Returns the median of some values, or NaN if there are none. */
  public static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return IntStream.of((sorted.length - 1) / 2, sorted.length / 2)
        .filter(i -> i < sorted.length)
        .mapToDouble(i -> sorted[i])
        .average()
        .orElse(Double.NaN);
  }
}
