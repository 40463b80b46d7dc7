package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;

/**
 * A request and the window it belongs to.
 *
 * @param key the window's
 * @param bucket the length bucket as it was when the request was put into it
 * @param request the request
 */
public record BucketedRequest(BucketKey key, LengthBucket bucket, PredictedRequest request) {}
