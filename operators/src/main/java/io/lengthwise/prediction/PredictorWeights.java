package io.lengthwise.prediction;

/**
 * What a predictor has learned, in a shape that Flink checkpoints. The predictor alone knows what
 * the numbers mean.
 *
 * @param predictor the kind of predictor it is from
 * @param completions the number of answers it was learned from
 * @param keys whole numbers
 * @param values weights
 */
public record PredictorWeights(
    PredictorName predictor, long completions, int[] keys, float[] values) {}
