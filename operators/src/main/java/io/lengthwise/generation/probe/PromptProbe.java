package io.lengthwise.generation.probe;

import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.PromptEncoder;
import io.lengthwise.prediction.LengthQuestion;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** How the model is asked about prompts. For the task's thread. */
public interface PromptProbe extends AutoCloseable {

  /**
   * The probe that a predictor needs.
   *
   * @throws IllegalArgumentException for a predictor that asks no model
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
   * Asks about a prompt.
   *
   * @param whenProbed told on the engine's thread, once
   * @return empty where the model cannot be asked about it
   */
  Optional<ProbeTask> ask(EncodedRequest request, ProbeQueue queue, Consumer<ProbeTask> whenProbed);

  /** The result of a prompt that the model could not be asked about. */
  float[] withoutProbe(EncodedRequest request);

  @Override
  void close();
}
