package io.lengthwise.generation;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.request.GenerationResult;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that generates. */
public final class GenerationOperatorFactory extends AbstractStreamOperatorFactory<GenerationResult>
    implements OneInputStreamOperatorFactory<MicroBatch, GenerationResult> {

  public GenerationOperatorFactory(ModelSpec model, EngineOptions options) {}

  @Override
  public <T extends StreamOperator<GenerationResult>> T createStreamOperator(
      StreamOperatorParameters<GenerationResult> parameters) {
    throw new UnsupportedOperationException();
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    throw new UnsupportedOperationException();
  }
}
