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
   * A request without text, for tokens that are given.
   *
   * @param number the number of the request
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
   * The arrival of a request, in milliseconds from the start. It never decreases from one request
   * to the next.
   */
  double arrival(int request);

  /**
   * Returns a request with its length, predicted from the answers so far. Called in order, once for
   * each request.
   */
  PredictedRequest predicted(int request);

  /**
   * A request is answered.
   *
   * @param tokens the tokens of its answer
   * @param cut whether the answer was cut at its limit
   */
  void answered(PredictedRequest request, int tokens, boolean cut);
}
