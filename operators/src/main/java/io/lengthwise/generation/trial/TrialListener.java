package io.lengthwise.generation.trial;

/** Watches a trial. For the trial's thread. */
@FunctionalInterface
public interface TrialListener {

  /** Watches nothing. */
  TrialListener NONE = (millis, answered, rows) -> {};

  /**
   * Called after each cycle with a segment.
   *
   * @param millis milliseconds from the start
   * @param answered the requests answered so far
   * @param rows the mean number of rows that made a token in a step of the segment
   */
  void cycleEnded(double millis, int answered, double rows);
}
