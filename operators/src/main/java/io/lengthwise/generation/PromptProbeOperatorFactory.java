package io.lengthwise.generation;

import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Creates the probe operator in each subtask. */
public final class PromptProbeOperatorFactory extends AbstractStreamOperatorFactory<EncodedRequest>
    implements OneInputStreamOperatorFactory<EncodedRequest, EncodedRequest> {

  private final ModelSpec model;
  private final EngineOptions options;
  private final PredictorName predictor;

  /**
   * A factory.
   *
   * @param model the model of the generation operator; both share one engine in each TaskManager
   * @param options the options of the generation operator
   * @param predictor a predictor that {@link PredictorName#asksModel asks the model}
   */
  public PromptProbeOperatorFactory(
      ModelSpec model, EngineOptions options, PredictorName predictor) {
    if (!predictor.asksModel()) {
      throw new IllegalArgumentException("the predictor " + predictor + " asks no model");
    }
    this.model = model;
    this.options = options;
    this.predictor = predictor;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<EncodedRequest>> T createStreamOperator(
      StreamOperatorParameters<EncodedRequest> parameters) {
    return (T) new PromptProbeOperator(parameters, model, options, predictor);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return PromptProbeOperator.class;
  }
}
