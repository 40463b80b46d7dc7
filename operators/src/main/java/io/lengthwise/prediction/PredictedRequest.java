package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;

/**
 * A request and the predicted length of its answer. The text of the request is dropped, because
 * later operators use only tokens.
 *
 * @param encoded the tokens of the prompt, and the request without its text
 * @param length the predicted length of the answer
 * @param features the features from which the length was predicted, as {@link FeatureExtractor}
 *     makes them; the {@link CompletedLength} of the finished answer brings them back to the
 *     predictor
 * @param predictedAt epoch milliseconds of the prediction, when the wait for a micro-batch begins
 */
public record PredictedRequest(
    EncodedRequest encoded, LengthDistribution length, PromptFeatures features, long predictedAt) {}
