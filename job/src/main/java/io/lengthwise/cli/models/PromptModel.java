package io.lengthwise.cli.models;

import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.generation.probe.ProbeRunner;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.job.config.JobSettings;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.PromptEncoder;
import io.lengthwise.model.PromptRefusedException;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model that a command has opened, for prompts that are given as text. */
public final class PromptModel implements AutoCloseable {

  private static final float[] NO_RESULT = {};

  private final JobSettings settings;
  private final CausalLanguageModel model;

  private PromptModel(JobSettings settings, CausalLanguageModel model) {
    this.settings = settings;
    this.model = model;
  }

  /** Opens the model. Only the calling thread may use it. */
  public static PromptModel open(JobSettings settings) throws IOException {
    return new PromptModel(
        settings, CausalLanguageModel.open(settings.model(), settings.engine().limits().threads()));
  }

  public CausalLanguageModel model() {
    return model;
  }

  /**
   * Encodes the prompts as chats. The seed of a request is the index of its prompt, so that the
   * tokens are the same at every call.
   *
   * @throws CommandFailure for a prompt that the model cannot answer
   */
  public List<EncodedRequest> encode(List<String> prompts, float temperature) {
    return encode(settings.model(), settings.defaultMaxTokens(), prompts, temperature);
  }

  /**
   * Like {@link #encode(List, float)}, for a model that the caller has opened.
   *
   * @param maxTokens the most tokens of each answer
   */
  public static List<EncodedRequest> encode(
      ModelSpec model, int maxTokens, List<String> prompts, float temperature) {
    List<EncodedRequest> encoded = new ArrayList<>();
    try (PromptEncoder encoder = PromptEncoder.open(model, maxTokens)) {
      for (String prompt : prompts) {
        encoded.add(encoder.encode(request(model, encoded.size(), prompt, temperature)));
      }
    } catch (PromptRefusedException e) {
      throw new CommandFailure(
          "Prompt %d is refused: %s".formatted(encoded.size() + 1, e.error().message()), e);
    }
    return encoded;
  }

  private static GenerationRequest request(
      ModelSpec model, int number, String prompt, float temperature) {
    Sampling sampling =
        new Sampling(temperature, null, null, null, null, null, List.of(), List.of(), Map.of());
    return new GenerationRequest(
        "prompt-" + number,
        new Origin("prompts", 0, number, null, List.of(), 0),
        Endpoint.CHAT_COMPLETIONS,
        model.name(),
        List.of(new Message("user", prompt)),
        null,
        sampling,
        0,
        0,
        GenerationRequest.NO_DEADLINE);
  }

  /** Encodes the prompts and, if the predictor needs it, adds the probe results of the model. */
  public List<EncodedRequest> withProbeResults(
      PredictorName predictor, EngineOptions engine, List<EncodedRequest> requests) {
    return predictor.asksModel()
        ? ProbeRunner.of(model, settings.model(), engine, predictor, requests)
        : requests;
  }

  /** Returns the probe result of each prompt, or empty arrays if the predictor needs none. */
  public List<float[]> probeResults(PredictorName predictor, List<String> prompts) {
    return predictor.asksModel()
        ? withProbeResults(predictor, settings.engine(), encode(prompts, 0)).stream()
            .map(EncodedRequest::probeResult)
            .toList()
        : prompts.stream().map(prompt -> NO_RESULT).toList();
  }

  @Override
  public void close() {
    model.close();
  }
}
