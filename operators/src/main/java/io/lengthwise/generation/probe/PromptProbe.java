package io.lengthwise.generation.probe;

import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.PromptEncoder;
import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** A way to probe the model about a prompt. For the task's thread. */
public interface PromptProbe extends AutoCloseable {

  /**
   * The probe that a predictor needs.
   *
   * @throws IllegalArgumentException for a predictor that does not ask the model
   */
  static PromptProbe of(PredictorName predictor, ModelSpec spec, CausalLanguageModel model) {
    return switch (predictor) {
      case PERCEPTION ->
          new PerceptionProbe(PromptEncoder.open(spec, LengthQuestion.MAX_TOKENS), model);
      case HIDDEN_STATE -> new HiddenStateProbe(model.hiddenSize());
      default ->
          throw new IllegalArgumentException("the predictor " + predictor + " asks no model");
    };
  }

  /**
   * Probes a prompt.
   *
   * @param whenProbed called once, by the engine's thread
   * @return empty if the model cannot be asked about this prompt
   */
  Optional<ProbeTask> ask(EncodedRequest request, ProbeQueue queue, Consumer<ProbeTask> whenProbed);

  /** The result that is used for a prompt without a probe. */
  float[] withoutProbe(EncodedRequest request);

  @Override
  void close();
}
