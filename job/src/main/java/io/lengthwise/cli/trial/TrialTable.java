package io.lengthwise.cli.trial;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.generation.trial.TrialReport;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Writes what schedules did, one after the other: a line of a table or an object of JSON. */
public final class TrialTable {

  private static final double DIGITS = 1e4;

  private final PrintStream out;
  private final boolean json;
  private final int longestShort;
  private boolean hasTitle;

  /**
   * A table without lines.
   *
   * @param longestShort tokens of the longest answer that counts as short
   */
  public TrialTable(PrintStream out, boolean json, int longestShort) {
    this.out = out;
    this.json = json;
    this.longestShort = longestShort;
  }

  public void add(String schedule, String predictor, TrialReport report) {
    double[] all = report.completionTimes(Integer.MAX_VALUE);
    double[] brief = report.completionTimes(longestShort);
    if (json) {
      out.println(object(schedule, predictor, report, all, brief));
    } else {
      line(schedule, predictor, report, all, brief);
    }
  }

  private static ObjectNode object(
      String schedule, String predictor, TrialReport report, double[] all, double[] brief) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("schedule", schedule).put("predictor", predictor);
    put(object, "averageLength", report.averageLength());
    put(object, "effective", report.effective());
    put(object, "effectiveAll", report.effectiveAll());
    object.put("cappedRows", report.cappedRows()).put("batches", report.batches());
    put(object, "totalTime", report.totalMillis());
    put(object, "mean", mean(all));
    put(object, "p50", percentile(all, 50));
    put(object, "p95", percentile(all, 95));
    put(object, "p99", percentile(all, 99));
    put(object, "shortMean", mean(brief));
    put(object, "shortP50", percentile(brief, 50));
    put(object, "shortP95", percentile(brief, 95));
    put(object, "shortP99", percentile(brief, 99));
    put(object, "longestWait", report.longestWait());
    return object;
  }

  private static void put(ObjectNode object, String key, double value) {
    if (Double.isFinite(value)) {
      object.put(key, Math.round(value * DIGITS) / DIGITS);
    } else {
      object.putNull(key);
    }
  }

  private void line(
      String schedule, String predictor, TrialReport report, double[] all, double[] brief) {
    if (!hasTitle) {
      hasTitle = true;
      out.printf(
          "%-16s %-14s %9s %9s %9s %8s %7s %11s %42s  %-40s %9s%n",
          "",
          "",
          "average",
          "effective",
          "in all",
          "",
          "",
          "",
          "completion of all",
          "of answers up to " + longestShort + " tokens",
          "longest");
      out.printf(
          "%-16s %-14s %9s %9s %9s %8s %7s %11s %9s %9s %9s %9s  %9s %9s %9s %9s %9s%n",
          "schedule",
          "predictor",
          "length",
          "ratio",
          "passes",
          "cappedRows",
          "batches",
          "total time",
          "mean",
          "p50",
          "p95",
          "p99",
          "mean",
          "p50",
          "p95",
          "p99",
          "wait");
    }
    out.printf(
        Locale.ROOT,
        "%-16s %-14s %9.2f %8.2f%% %8.2f%% %8d %7d %11.0f %9.0f %9.0f %9.0f %9.0f  %9.0f %9.0f"
            + " %9.0f %9.0f %9.0f%n",
        schedule,
        predictor,
        report.averageLength(),
        100 * report.effective(),
        100 * report.effectiveAll(),
        report.cappedRows(),
        report.batches(),
        report.totalMillis(),
        mean(all),
        percentile(all, 50),
        percentile(all, 95),
        percentile(all, 99),
        mean(brief),
        percentile(brief, 50),
        percentile(brief, 95),
        percentile(brief, 99),
        report.longestWait());
  }

  /** The mean of values, NaN of none. */
  public static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** The smallest value that so many percent of the ascending values do not exceed. */
  public static double percentile(double[] ascending, int percent) {
    int rank = (int) Math.ceil(percent / 100.0 * ascending.length);
    return ascending.length == 0 ? Double.NaN : ascending[Math.max(0, rank - 1)];
  }
}
