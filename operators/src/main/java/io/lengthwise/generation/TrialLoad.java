package io.lengthwise.generation;

import io.lengthwise.prediction.PredictedRequest;

/** The requests of a trial, by their number from 0. For the trial's thread. */
public interface TrialLoad {

  int size();

  /**
   * When a request arrives, in milliseconds from the start; it never falls from one to the next.
   */
  double arrival(int request);

  /** Reads a request and predicts its length with what is known by now; called in order, once. */
  PredictedRequest read(int request);

  /**
   * Tells that a request is answered.
   *
   * @param tokens of its answer
   * @param cut whether the answer was cut at its limit
   */
  void answered(PredictedRequest request, int tokens, boolean cut);
}
