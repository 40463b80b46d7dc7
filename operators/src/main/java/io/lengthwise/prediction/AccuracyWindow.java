package io.lengthwise.prediction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/**
 * The accuracy of the predictions for the latest {@value #SIZE} answers, beside the accuracy of a
 * constant.
 *
 * <p>Errors are whole numbers, so the sums stay exact. Figures over no answers are {@code NaN}. One
 * thread adds; metric reporters read from other threads.
 */
final class AccuracyWindow {

  static final int SIZE = 1000;

  private final Deque<JudgedAnswer> latest = new ArrayDeque<>(SIZE + 1);
  private long errors;
  private long constantErrors;
  private int covered;

  /** Adds an answer. If there are {@link #SIZE} answers, it replaces the oldest one. */
  synchronized void add(JudgedAnswer answer) {
    latest.addLast(answer);
    count(answer, 1);
    if (latest.size() > SIZE) {
      count(latest.removeFirst(), -1);
    }
  }

  private void count(JudgedAnswer answer, int times) {
    errors += (long) times * answer.error();
    constantErrors += (long) times * answer.constantError();
    covered += answer.covered() ? times : 0;
  }

  /** The mean of the predictions' absolute errors, in tokens. */
  synchronized double meanAbsoluteError() {
    return errors / (double) latest.size();
  }

  /** The mean of the constant's absolute errors, in tokens. */
  synchronized double constantMeanAbsoluteError() {
    return constantErrors / (double) latest.size();
  }

  /** The share of answers that stayed within the predicted 90 % quantile. */
  synchronized double coverage90() {
    return covered / (double) latest.size();
  }

  /**
   * Kendall's tau-b of predicted and actual lengths: 1 if the predictions put the answers in their
   * order, 0 if they say nothing about it. Takes n log n steps at each call.
   */
  double tau() {
    List<JudgedAnswer> answers = answers();
    if (answers.isEmpty()) {
      return Double.NaN;
    }
    double tau =
        new KendallsCorrelation()
            .correlation(all(answers, JudgedAnswer::length), all(answers, JudgedAnswer::predicted));
    // If all lengths or all predictions are equal, tau is 0 / 0.
    return Double.isNaN(tau) ? 0 : tau;
  }

  private static double[] all(List<JudgedAnswer> answers, ToIntFunction<JudgedAnswer> number) {
    return answers.stream().mapToDouble(number::applyAsInt).toArray();
  }

  /** The answers, oldest first. */
  synchronized List<JudgedAnswer> answers() {
    return List.copyOf(latest);
  }
}
