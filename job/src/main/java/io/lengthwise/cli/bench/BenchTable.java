package io.lengthwise.cli.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the results of schedules on a model: a table, or one JSON object for each schedule. */
final class BenchTable {

  private BenchTable() {}

  /**
   * Prints.
   *
   * @param results the first is the baseline of the ratios
   */
  static void print(List<BenchResult> results, boolean json, PrintStream out) {
    BenchResult baseline = results.get(0);
    if (json) {
      results.forEach(result -> out.println(result.json(baseline)));
      return;
    }
    out.printf(
        "%-16s %9s %13s %7s %8s %9s %9s %9s %9s %9s %7s %8s %9s%n",
        "schedule",
        "tokens/s",
        "of passes",
        "ratio",
        "padding",
        "total s",
        "mean s",
        "p50 s",
        "p95 s",
        "p99 s",
        "error",
        "batches",
        "capped");
    for (BenchResult result : results) {
      out.printf(
          Locale.ROOT,
          "%-16s %9.1f %13s %6.2fx %7.1f%% %9.1f %9.1f %9.1f %9.1f %9.1f %7.0f %8d %9d%n",
          result.schedule(),
          result.tokensPerSecond(),
          spread(result),
          result.tokensPerSecond() / baseline.tokensPerSecond(),
          100 * result.padding(),
          result.seconds(),
          result.meanSeconds(),
          result.percentileSeconds(50),
          result.percentileSeconds(95),
          result.percentileSeconds(99),
          result.lengthError(),
          result.typicalPass().batches(),
          result.typicalPass().cappedRows());
    }
  }

  /** The lowest and the highest throughput of the passes, as {@code 290.1-316.0}. */
  static String spread(BenchResult result) {
    return String.format(
        Locale.ROOT, "%.1f-%.1f", result.leastTokensPerSecond(), result.mostTokensPerSecond());
  }
}
