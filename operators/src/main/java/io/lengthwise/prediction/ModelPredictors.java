package io.lengthwise.prediction;

import io.lengthwise.request.EncodedRequest;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The predictors of a subtask, one for each model, and their state in Flink.
 *
 * <p>Every subtask learns from all answers, so all subtasks have the same weights. The state is
 * broadcast state: each subtask writes its own copy, and after a change of parallelism a new
 * subtask reads any of them.
 */
final class ModelPredictors {

  /** The weights by model. */
  static final MapStateDescriptor<String, PredictorWeights> WEIGHTS =
      new MapStateDescriptor<>(
          "length-predictor-weights", Types.STRING, TypeInformation.of(PredictorWeights.class));

  /** The accuracy of the predictors, by model. */
  private static final MapStateDescriptor<String, AccuracyState> ACCURACY =
      new MapStateDescriptor<>(
          "length-predictor-accuracy", Types.STRING, TypeInformation.of(AccuracyState.class));

  private static final Logger LOG = LoggerFactory.getLogger(ModelPredictors.class);

  private final PredictionOptions options;
  private final BroadcastState<String, PredictorWeights> state;
  private final BroadcastState<String, AccuracyState> accuracyState;
  private final MetricGroup metrics;
  private final Map<String, GuardedPredictor> byModel = new HashMap<>();
  private final FeatureExtractor extractor = new FeatureExtractor();
  private long completions;

  /**
   * Restores the predictors from the state.
   *
   * @param metrics the metric group of the operator
   */
  ModelPredictors(PredictionOptions options, OperatorStateStore store, MetricGroup metrics)
      throws Exception {
    this.options = options;
    this.metrics = metrics.addGroup("lengthwise");
    state = store.getBroadcastState(WEIGHTS);
    accuracyState = store.getBroadcastState(ACCURACY);
    for (Map.Entry<String, PredictorWeights> entry : state.entries()) {
      restore(entry.getKey(), entry.getValue());
    }
  }

  private void restore(String model, PredictorWeights weights) throws Exception {
    if (weights.predictor() != options.predictor()) {
      LOG.warn(
          "The {} predictor of model {} starts from nothing: the state is of the {} predictor.",
          options.predictor(),
          model,
          weights.predictor());
      return;
    }
    of(model).restore(weights, accuracyState.get(model));
    completions += weights.completions();
    LOG.info(
        "The {} predictor of model {} continues from {} answers.",
        options.predictor(),
        model,
        weights.completions());
  }

  PredictedRequest predict(EncodedRequest request, long now) {
    PromptFeatures features = new PromptFeatures(extractor.of(request), request.probeResult());
    LengthDistribution length = of(request.request().model()).predict(features);
    return new PredictedRequest(request.withoutText(), length, features, now);
  }

  /**
   * Learns the length of an answer.
   *
   * @return false if the record is not plausible and is ignored
   */
  boolean learn(CompletedLength completed) {
    if (!completed.isPlausible()) {
      return false;
    }
    of(completed.model()).learn(completed.features(), completed.answerTokens(), completed.cut());
    completions++;
    return true;
  }

  /** The answers that the predictors have learned from, those before a restore included. */
  long completions() {
    return completions;
  }

  /** Writes everything that was learned to the state. */
  void snapshot() throws Exception {
    for (Map.Entry<String, GuardedPredictor> entry : byModel.entrySet()) {
      state.put(entry.getKey(), entry.getValue().weights());
      accuracyState.put(entry.getKey(), entry.getValue().state());
    }
  }

  private GuardedPredictor of(String model) {
    return byModel.computeIfAbsent(model, this::create);
  }

  private GuardedPredictor create(String model) {
    int initialLength = options.initialLength();
    GuardedPredictor created =
        new GuardedPredictor(model, options.predictor().create(initialLength), initialLength);
    created.reportTo(metrics.addGroup("model", model));
    return created;
  }
}
