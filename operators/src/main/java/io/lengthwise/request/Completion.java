package io.lengthwise.request;

/**
 * The answer to a request.
 *
 * @param text the answer, without the stop string that ended it
 * @param finishReason why the answer ended
 * @param promptTokens tokens of the prompt
 * @param completionTokens tokens generated, the end token included
 * @param predictedTokens the mean of the predicted length distribution
 * @param bucket upper bound, in tokens, of the length bucket of the request
 * @param continuedTokens tokens that it had when it last continued after a failure, 0 if it never
 *     did
 */
public record Completion(
    String text,
    FinishReason finishReason,
    int promptTokens,
    int completionTokens,
    float predictedTokens,
    int bucket,
    int continuedTokens) {}
