package io.lengthwise.prediction;

/**
 * Everything that a predictor has learned, in a form that Flink checkpoints. Only the predictor
 * knows the meaning of the numbers.
 *
 * @param predictor the kind of the predictor
 * @param completions the number of answers that it learned from
 * @param keys whole numbers
 * @param values weights
 */
public record PredictorWeights(
    PredictorName predictor, long completions, int[] keys, float[] values) {}
