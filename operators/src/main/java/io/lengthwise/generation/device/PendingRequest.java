package io.lengthwise.generation.device;

import io.lengthwise.prediction.PredictedRequest;

/**
 * A request that has no answer yet, as a checkpoint keeps it.
 *
 * @param predicted the request
 * @param bucket upper bound, in tokens, of the length bucket it was batched in
 * @param formedAt epoch milliseconds at which its micro-batch was formed
 * @param generated the tokens generated so far, from which it continues
 */
public record PendingRequest(
    PredictedRequest predicted, int bucket, long formedAt, int[] generated) {}
