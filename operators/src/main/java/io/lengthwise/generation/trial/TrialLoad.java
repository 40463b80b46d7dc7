package io.lengthwise.generation.trial;

import io.lengthwise.prediction.PredictedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.List;

/** The requests of a trial, by their number from 0. For the trial's thread. */
public interface TrialLoad {

  /**
   * A request without text, for tokens that are at hand.
   *
   * @param number of the request
   * @param arrivedAt milliseconds
   */
  static GenerationRequest request(int number, long arrivedAt, Sampling sampling, int maxTokens) {
    return new GenerationRequest(
        "",
        new Origin("", 0, number, null, List.of(), arrivedAt),
        Endpoint.CHAT_COMPLETIONS,
        "",
        List.of(),
        null,
        sampling,
        maxTokens,
        0,
        GenerationRequest.NO_DEADLINE);
  }

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
