package io.lengthwise.prediction;

import java.util.List;

/**
 * What a {@link GuardedPredictor} knows about its predictor, in a shape that Flink checkpoints.
 *
 * @param fallenBack whether the constant predicts in the predictor's place
 * @param sinceSwitch answers since that last changed, at most those of the window
 * @param latest the latest answers, oldest first
 */
public record AccuracyState(boolean fallenBack, int sinceSwitch, List<JudgedAnswer> latest) {}
