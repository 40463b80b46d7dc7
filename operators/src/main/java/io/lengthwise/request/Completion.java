package io.lengthwise.request;

/**
 * The answer of a request that was answered.
 *
 * @param text the answer, without the stop string that ended it
 * @param finishReason why it ended
 * @param promptTokens tokens of the prompt
 * @param completionTokens tokens generated, the end token included
 * @param predictedTokens the mean of the predicted length distribution
 * @param bucket upper bound, in tokens, of the length bucket it was batched in
 * @param continuedTokens tokens it had when it last continued after a failure, 0 for most
 */
public record Completion(
    String text,
    FinishReason finishReason,
    int promptTokens,
    int completionTokens,
    float predictedTokens,
    int bucket,
    int continuedTokens) {}
