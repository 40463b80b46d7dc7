package io.lengthwise.cli.bench;

import io.lengthwise.cli.trial.RunningRows;
import io.lengthwise.generation.trial.TrialReport;
import java.util.Arrays;

/** Reports of trials with simple figures. */
final class TestingReports {

  private static final int TOKENS = 10;

  private TestingReports() {}

  /** A trial whose answers of 10 tokens end at even intervals. */
  static TrialReport report(int requests, double totalMillis, int paddedSlots) {
    double[] finished = new double[requests];
    Arrays.setAll(finished, i -> totalMillis * (i + 1) / requests);
    int[] tokens = new int[requests];
    Arrays.fill(tokens, TOKENS);
    long decoded = (long) TOKENS * requests;
    return new TrialReport(
        new double[requests],
        new double[requests],
        finished,
        new float[requests],
        tokens,
        decoded + paddedSlots,
        0,
        decoded,
        0,
        0,
        0,
        0,
        0,
        0,
        totalMillis,
        totalMillis);
  }

  /** The result of a schedule whose passes took the given milliseconds. */
  static BenchResult result(String schedule, int requests, int paddedSlots, double... passes) {
    BenchResult result = new BenchResult(schedule);
    for (double millis : passes) {
      RunningRows rows = new RunningRows();
      rows.add(millis / 1000, 1);
      result.add(report(requests, millis, paddedSlots), rows);
    }
    return result;
  }
}
