package io.lengthwise.prediction;

import java.util.List;

/**
 * The state of a {@link GuardedPredictor} about its predictor, in a form that Flink checkpoints.
 *
 * @param fallenBack whether the constant predicts instead of the predictor
 * @param sinceSwitch the answers since the last switch between the two, at most the size of the
 *     window
 * @param latest the latest answers, oldest first
 */
public record AccuracyState(boolean fallenBack, int sinceSwitch, List<JudgedAnswer> latest) {}
