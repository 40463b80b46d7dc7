package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.List;

/**
 * Requests whose answers are predicted to be of similar length, handed to the engine together.
 *
 * @param bucket upper bound, in tokens, of the length bucket
 * @param requests in order of arrival, at least one
 * @param formedAt epoch milliseconds at which the window fired
 */
public record MicroBatch(int bucket, List<PredictedRequest> requests, long formedAt) {}
