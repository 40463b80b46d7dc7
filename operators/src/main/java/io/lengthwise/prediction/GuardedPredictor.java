package io.lengthwise.prediction;

import java.util.Locale;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The predictor of a model beside a constant, which predicts while the predictor is worse.
 *
 * <p>For each finished answer, both are asked before they learn its length, so neither is judged on
 * an answer that it has learned. If the constant was nearer over a whole {@link AccuracyWindow}, it
 * predicts until the predictor was nearer over a whole window. The predictor learns and is judged
 * all the time. Answers from before a switch do not count for the next switch, so that two equally
 * good predictors do not alternate with every answer.
 *
 * <p>The constant's prediction is the distribution of the latest lengths, not only their median. It
 * is equal for every prompt, so requests are answered in the order of arrival. Memory is reserved
 * by an upper quantile: with the median alone, every second answer would outgrow its reservation.
 */
final class GuardedPredictor {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedPredictor.class);

  private final String model;
  private final LengthPredictor predictor;
  private final ConstantPredictor constant;
  private final AccuracyWindow accuracy = new AccuracyWindow();
  private volatile boolean isFallenBack;
  private int sinceSwitch;

  /**
   * A predictor and its constant.
   *
   * @param model the model's name, for the log
   * @param predictor a predictor that has learned nothing
   * @param initialLength the tokens of a usual answer, which the constant predicts before the first
   *     answer
   */
  GuardedPredictor(String model, LengthPredictor predictor, int initialLength) {
    this.model = model;
    this.predictor = predictor;
    constant = new ConstantPredictor(initialLength);
  }

  LengthDistribution predict(PromptFeatures features) {
    return isFallenBack ? constant.distribution() : predictor.predict(features);
  }

  void learn(PromptFeatures features, int length, boolean cut) {
    accuracy.add(
        JudgedAnswer.of(length, cut, predictor.predict(features), constant.predict(features)));
    predictor.learn(features, length, cut);
    constant.learn(features, length, cut);
    sinceSwitch = Math.min(sinceSwitch + 1, AccuracyWindow.SIZE);
    if (sinceSwitch == AccuracyWindow.SIZE) {
      chooseTheBetter();
    }
  }

  private void chooseTheBetter() {
    double error = accuracy.meanAbsoluteError();
    double constantError = accuracy.constantMeanAbsoluteError();
    if (isFallenBack ? error < constantError : constantError < error) {
      isFallenBack = !isFallenBack;
      sinceSwitch = 0;
      LOG.warn(switchMessage(error, constantError));
    }
  }

  /** The log message about a switch. Its numbers have the same format on every machine. */
  String switchMessage(double error, double constantError) {
    return String.format(
        Locale.ROOT,
        "Over the latest %d answers of model %s its predictor was off by %.1f tokens, the median"
            + " of the latest lengths by %.1f. From now on what predicts is %s.",
        AccuracyWindow.SIZE,
        model,
        error,
        constantError,
        isFallenBack ? "the latest lengths alone" : "the predictor again");
  }

  /** Whether the constant predicts instead of the predictor. */
  boolean isFallenBack() {
    return isFallenBack;
  }

  AccuracyWindow accuracy() {
    return accuracy;
  }

  /** Adds metrics of the predictor's accuracy. They are valid also while the constant predicts. */
  void reportTo(MetricGroup group) {
    group.gauge("meanAbsoluteError", accuracy::meanAbsoluteError);
    group.gauge("constantMeanAbsoluteError", accuracy::constantMeanAbsoluteError);
    group.gauge("kendallTau", accuracy::tau);
    group.gauge("coverage90", accuracy::coverage90);
    group.gauge("fallenBack", () -> isFallenBack ? 1 : 0);
  }

  PredictorWeights weights() {
    return predictor.snapshot();
  }

  /** The state beside the predictor's weights. */
  AccuracyState state() {
    return new AccuracyState(isFallenBack, sinceSwitch, accuracy.answers());
  }

  /**
   * Restores a snapshot, and drops everything that was learned before.
   *
   * @param state null if the snapshot contains only weights; the predictor is then judged from the
   *     beginning
   */
  void restore(PredictorWeights weights, AccuracyState state) {
    predictor.restore(weights);
    if (state == null) {
      return;
    }
    isFallenBack = state.fallenBack();
    sinceSwitch = state.sinceSwitch();
    state.latest().forEach(accuracy::add);
    int[] lengths = state.latest().stream().mapToInt(JudgedAnswer::length).toArray();
    constant.restore(
        new PredictorWeights(PredictorName.CONSTANT, lengths.length, lengths, new float[0]));
  }
}
