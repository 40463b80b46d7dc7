package io.lengthwise.generation.trial;

/** Watches a trial. For the trial's thread. */
@FunctionalInterface
public interface TrialListener {

  /** Watches nothing. */
  TrialListener NONE = (millis, answered, rows) -> {};

  /**
   * Tells where the trial is, after each segment.
   *
   * @param millis from the start
   * @param answered requests answered by now
   * @param rows rows that made a token, in the mean of the segment's steps
   */
  void cycleEnded(double millis, int answered, double rows);
}
