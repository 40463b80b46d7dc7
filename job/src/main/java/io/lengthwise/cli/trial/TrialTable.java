package io.lengthwise.cli.trial;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.cli.console.Figures;
import io.lengthwise.generation.trial.TrialReport;
import java.io.PrintStream;
import java.util.Locale;

/** Prints the results of schedules, one after the other, as lines of a table or objects of JSON. */
public final class TrialTable {

  private final PrintStream out;
  private final boolean json;
  private final int longestShort;
  private boolean hasTitle;

  /**
   * Creates a table without lines.
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
    put(object, "mean", Figures.mean(all));
    put(object, "p50", Figures.percentile(all, 50));
    put(object, "p95", Figures.percentile(all, 95));
    put(object, "p99", Figures.percentile(all, 99));
    put(object, "shortMean", Figures.mean(brief));
    put(object, "shortP50", Figures.percentile(brief, 50));
    put(object, "shortP95", Figures.percentile(brief, 95));
    put(object, "shortP99", Figures.percentile(brief, 99));
    put(object, "longestWait", report.longestWait());
    return object;
  }

  private static void put(ObjectNode object, String key, double value) {
    if (Double.isFinite(value)) {
      object.put(key, Figures.rounded(value));
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
        Figures.mean(all),
        Figures.percentile(all, 50),
        Figures.percentile(all, 95),
        Figures.percentile(all, 99),
        Figures.mean(brief),
        Figures.percentile(brief, 50),
        Figures.percentile(brief, 95),
        Figures.percentile(brief, 99),
        report.longestWait());
  }
}
