package io.lengthwise.prediction;

import java.util.Locale;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The predictor of a model beside a constant, which takes over while the predictor is worse.
 *
 * <p>For each finished answer both are asked before they learn its length, so that neither is
 * judged on what it has seen. When over a whole {@link AccuracyWindow} the constant was nearer, it
 * predicts until the predictor was nearer over a whole window again; the predictor learns and is
 * judged all the while. Answers from before a change do not count for the next one, so that two
 * which are equally good do not take turns at every answer.
 *
 * <p>What predicts in the predictor's place is the distribution of the latest lengths, not their
 * median alone. It is the same for every prompt, so that requests are answered in the order in
 * which they come; but memory is reserved by an upper quantile, and by a median every second answer
 * would outgrow its reservation.
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
   * @param model the model's name, for the log
   * @param predictor it has seen nothing
   * @param initialLength tokens of a usual answer, the constant until it has seen some
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

  /** The log's message about a switch; numbers are written alike on every machine. */
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

  /** Whether the constant predicts in the predictor's place. */
  boolean isFallenBack() {
    return isFallenBack;
  }

  AccuracyWindow accuracy() {
    return accuracy;
  }

  /** Reports how good the predictor is, also while it does not predict. */
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

  /** What is known beside the predictor's weights. */
  AccuracyState state() {
    return new AccuracyState(isFallenBack, sinceSwitch, accuracy.answers());
  }

  /**
   * Takes up what another of the same model has learned and known, in place of its own.
   *
   * @param state null where nothing is known beside the weights: the predictor is judged anew
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
