package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;

/**
 * A request and the predicted length of its answer. Its text is gone: from here on only tokens
 * matter.
 *
 * @param encoded the prompt's tokens, and the request without its text
 * @param length the predicted length of the answer
 * @param features what the prediction was made from, as {@link FeatureExtractor} makes it; the
 *     finished answer's {@link CompletedLength} carries it back to the predictor
 * @param predictedAt epoch milliseconds of the prediction, when its wait for a micro-batch begins
 */
public record PredictedRequest(
    EncodedRequest encoded, LengthDistribution length, PromptFeatures features, long predictedAt) {}
