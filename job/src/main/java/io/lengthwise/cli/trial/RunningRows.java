package io.lengthwise.cli.trial;

import java.util.ArrayList;
import java.util.List;

/** The number of rows that made tokens, over the time of a trial. */
public final class RunningRows {

  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> rows = new ArrayList<>();

  public void add(double second, double running) {
    seconds.add(second);
    rows.add(running);
  }

  public List<Double> seconds() {
    return seconds;
  }

  public List<Double> rows() {
    return rows;
  }

  /**
   * Returns the same with at most the given number of points. Each point is the mean of its part of
   * the time.
   */
  public RunningRows averaged(int points) {
    RunningRows averaged = new RunningRows();
    double end = seconds.isEmpty() ? 0 : seconds.get(seconds.size() - 1);
    int next = 0;
    double before = 0;
    for (int point = 1; point <= points && next < seconds.size(); point++) {
      double sum = 0;
      double time = 0;
      for (; next < seconds.size() && seconds.get(next) <= end * point / points; next++) {
        double stretch = seconds.get(next) - before;
        sum += stretch * rows.get(next);
        time += stretch;
        before = seconds.get(next);
      }
      if (time > 0) {
        averaged.add(before, sum / time);
      }
    }
    return averaged;
  }
}
