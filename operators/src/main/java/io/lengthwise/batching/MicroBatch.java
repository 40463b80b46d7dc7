package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;
import java.util.List;

/**
 * Requests that are submitted to the engine together. They have similar predicted lengths, or they
 * are a group that the engine splits into batches.
 *
 * @param bucket upper bound, in tokens, of the length bucket
 * @param requests in order of arrival, at least one
 * @param formedAt epoch milliseconds at which the window fired
 */
public record MicroBatch(int bucket, List<PredictedRequest> requests, long formedAt) {}
