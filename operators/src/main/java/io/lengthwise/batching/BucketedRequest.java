package io.lengthwise.batching;

import io.lengthwise.prediction.PredictedRequest;

/** A request and the window it belongs to. */
public record BucketedRequest(BucketKey key, PredictedRequest request) {}
