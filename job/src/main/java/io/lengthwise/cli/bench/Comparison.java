package io.lengthwise.cli.bench;

import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.ProgressBar;
import io.lengthwise.cli.console.StatusLine;
import io.lengthwise.cli.trial.NamedSchedule;
import io.lengthwise.cli.trial.RunningRows;
import io.lengthwise.generation.trial.TrialListener;
import io.lengthwise.generation.trial.TrialReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs schedules on the same requests, pass after pass.
 *
 * <p>The device is warmed up first, so that the first schedule of the first pass is not the only
 * one that runs cold. Each pass takes the schedules in the reverse order of the pass before, so
 * that a machine that becomes faster or slower favours none of them.
 */
final class Comparison {

  static final String ONE_PASS =
      "One pass is no comparison: the machine may have been faster for one schedule than for"
          + " another. Run three passes or more.";

  /** Runs a schedule once. */
  interface Trial {

    /**
     * Runs the schedule on the first requests.
     *
     * @param requests how many requests, at least one
     * @param progress is told after each cycle of the schedule
     */
    TrialReport run(NamedSchedule schedule, int requests, TrialListener progress);
  }

  private final Console console;
  private final Trial trial;
  private final int requests;

  /**
   * A comparison.
   *
   * @param requests how many requests a pass answers
   */
  Comparison(Console console, Trial trial, int requests) {
    this.console = console;
    this.trial = trial;
    this.requests = requests;
  }

  /**
   * Runs the schedules.
   *
   * @param warmUp how many requests are answered before the first pass, and not counted
   * @return the results in the order of the schedules
   */
  List<BenchResult> run(List<NamedSchedule> schedules, int passes, int warmUp) {
    run("warm-up", schedules.get(0), Math.min(warmUp, requests), new RunningRows());
    Map<NamedSchedule, BenchResult> results = new LinkedHashMap<>();
    schedules.forEach(schedule -> results.put(schedule, new BenchResult(schedule.name())));
    List<NamedSchedule> order = new ArrayList<>(results.keySet());
    for (int pass = 1; pass <= passes; pass++) {
      for (NamedSchedule schedule : order) {
        RunningRows rows = new RunningRows();
        String title = "pass %d of %d, %s".formatted(pass, passes, schedule);
        results.get(schedule).add(run(title, schedule, requests, rows), rows);
      }
      Collections.reverse(order);
    }
    if (passes == 1) {
      console.err().println(ONE_PASS);
    }
    return List.copyOf(results.values());
  }

  private TrialReport run(String title, NamedSchedule schedule, int count, RunningRows rows) {
    StatusLine line = new StatusLine(console);
    TrialReport report =
        trial.run(
            schedule,
            count,
            (millis, answered, running) -> {
              rows.add(millis / 1000, running);
              line.show(ProgressBar.of(title, answered, count));
            });
    line.end();
    console.err().printf(Locale.ROOT, "%s: %.1f tokens/s%n", title, report.tokensPerSecond());
    return report;
  }
}
