package io.lengthwise.cli.predictor;

/**
 * The accuracy of predictions.
 *
 * @param mae the mean absolute error, in tokens
 * @param acc50 the share of predictions with an error of at most 50 tokens
 * @param acc100 the share of predictions with an error of at most 100 tokens
 * @param tau Kendall's tau-b of predicted and real lengths, 0 if all of either are equal
 * @param spearman their rank correlation, 0 if all of either are equal
 * @param coverage90 the share of answers that are not longer than the predicted 90 % quantile
 * @param microsPerPrediction the time of a prediction, in microseconds
 */
record PredictionFigures(
    double mae,
    double acc50,
    double acc100,
    double tau,
    double spearman,
    double coverage90,
    double microsPerPrediction) {}
