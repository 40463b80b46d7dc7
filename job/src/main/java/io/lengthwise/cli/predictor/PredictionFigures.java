package io.lengthwise.cli.predictor;

/**
 * How good predictions were.
 *
 * @param mae the mean absolute error, in tokens
 * @param acc50 the share of predictions that were off by at most 50 tokens
 * @param acc100 the share of those that were off by at most 100
 * @param tau Kendall's tau-b of predicted and real lengths, 0 where either are all equal
 * @param spearman their rank correlation, 0 where either are all equal
 * @param coverage90 the share of answers that stayed within the predicted 90 % quantile
 * @param microsPerPrediction what a prediction took, in microseconds
 */
record PredictionFigures(
    double mae,
    double acc50,
    double acc100,
    double tau,
    double spearman,
    double coverage90,
    double microsPerPrediction) {}
