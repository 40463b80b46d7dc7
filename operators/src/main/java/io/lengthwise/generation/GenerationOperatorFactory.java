package io.lengthwise.generation;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.request.GenerationResult;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.OutputTag;

/** Creates the generation operator in each subtask. */
public final class GenerationOperatorFactory extends AbstractStreamOperatorFactory<GenerationResult>
    implements OneInputStreamOperatorFactory<MicroBatch, GenerationResult> {

  /** The side output with the length of every answer. Errors have no length. */
  public static final OutputTag<CompletedLength> LENGTHS =
      new OutputTag<>("lengths", TypeInformation.of(CompletedLength.class));

  private final ModelSpec model;
  private final EngineOptions options;

  /**
   * A factory.
   *
   * @param model with {@code cuda}, each subtask takes one of the TaskManager's GPUs
   * @param options the same for all operators of a JVM that use the model on one device
   */
  public GenerationOperatorFactory(ModelSpec model, EngineOptions options) {
    this.model = model;
    this.options = options;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<GenerationResult>> T createStreamOperator(
      StreamOperatorParameters<GenerationResult> parameters) {
    return (T) new GenerationOperator(parameters, model, options);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return GenerationOperator.class;
  }
}
