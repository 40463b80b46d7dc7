package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;

/**
 * A request with the key of its window.
 *
 * @param key the key of the window
 * @param bucket the length bucket at the time when the request was assigned to it
 * @param request the request
 */
public record BucketedRequest(BucketKey key, LengthBucket bucket, PredictedRequest request) {}
