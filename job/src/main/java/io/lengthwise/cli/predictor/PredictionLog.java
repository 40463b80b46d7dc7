package io.lengthwise.cli.predictor;

import io.lengthwise.prediction.LengthDistribution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * The predictions of a predictor for a sequence of answers, and the time they took.
 *
 * <p>The median of a predicted distribution counts as the predicted length, because it has the
 * smallest expected error.
 */
final class PredictionLog {

  private record Entry(double length, double predicted, boolean covered, long nanos) {

    double error() {
      return Math.abs(length - predicted);
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Adds a prediction. It is clipped to the known length of the answer.
   *
   * @param nanos the time that it took
   */
  void add(RecordedAnswer answer, LengthDistribution predicted, long nanos) {
    entries.add(
        new Entry(
            answer.length(),
            predicted.quantile(0.5, answer.clip()),
            answer.length() <= predicted.quantile(0.9, answer.clip()),
            nanos));
  }

  int size() {
    return entries.size();
  }

  /** Returns the accuracy of the predictions from index {@code from} to before {@code to}. */
  PredictionFigures figures(int from, int to) {
    List<Entry> some = entries.subList(from, to);
    double[] lengths = all(some, Entry::length);
    double[] predicted = all(some, Entry::predicted);
    return new PredictionFigures(
        mean(some, Entry::error),
        mean(some, entry -> entry.error() <= 50 ? 1 : 0),
        mean(some, entry -> entry.error() <= 100 ? 1 : 0),
        some.size() < 2 ? 0 : orZero(new KendallsCorrelation().correlation(lengths, predicted)),
        some.size() < 2 ? 0 : orZero(new SpearmansCorrelation().correlation(lengths, predicted)),
        mean(some, entry -> entry.covered() ? 1 : 0),
        mean(some, Entry::nanos) / 1000);
  }

  /** A correlation is 0 / 0 if all lengths or all predictions are equal. */
  private static double orZero(double correlation) {
    return Double.isNaN(correlation) ? 0 : correlation;
  }

  private static double mean(List<Entry> entries, ToDoubleFunction<Entry> number) {
    return entries.stream().mapToDouble(number).average().orElse(0);
  }

  private static double[] all(List<Entry> entries, ToDoubleFunction<Entry> number) {
    return entries.stream().mapToDouble(number).toArray();
  }
}
