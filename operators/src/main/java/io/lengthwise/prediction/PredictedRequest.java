package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;

/**
 * A request and the predicted length of its answer. Its text is gone: from here on only tokens
 * matter.
 *
 * @param encoded the prompt's tokens, and the request without its text
 * @param length the predicted length of the answer
 * @param predictedAt epoch milliseconds of the prediction, when its wait for a micro-batch begins
 */
public record PredictedRequest(
    EncodedRequest encoded, LengthDistribution length, long predictedAt) {}
