package io.lengthwise.model;

import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.text.ChatTemplate;
import io.lengthwise.model.text.MarkedText;
import io.lengthwise.model.text.TemplateException;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import java.nio.file.Path;
import java.util.List;

/**
 * Encodes a request for the model: it turns the prompt into tokens, and sets the sampling and the
 * cap of the answer.
 *
 * <p>Sampling parameters that a request leaves out are the model's defaults. The default seed
 * depends on the request's id and on its origin. So a request that is read again after a failure
 * samples the same tokens. The default cap is the job's, or the rest of the context after the
 * prompt if that is less. A cap that the request names must fit into the context.
 *
 * <p>In a chat, only the model's template can add control tokens to the prompt. In a plain
 * completion the caller writes the whole prompt, so control tokens spelled there take effect.
 */
public final class PromptEncoder implements AutoCloseable {

  private final Tokenizer tokenizer;
  private final ChatTemplate chatTemplate;
  private final PromptLimits limits;
  private final Sampling defaults;

  /**
   * Creates an encoder.
   *
   * @param chatTemplate null if the model has none
   * @param defaults the model's sampling parameters
   */
  PromptEncoder(
      Tokenizer tokenizer, ChatTemplate chatTemplate, PromptLimits limits, Sampling defaults) {
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.limits = limits;
    this.defaults = defaults;
  }

  /**
   * Opens the encoder of a model. It loads the tokenizer but not the weights.
   *
   * @param defaultMaxTokens the cap of an answer if its request names none
   * @throws ModelFileException if a file is missing, damaged or not supported
   */
  public static PromptEncoder open(ModelSpec model, int defaultMaxTokens) {
    Path path = Path.of(model.path());
    ModelConfig config;
    try (WeightFiles files = ModelFiles.weights(path)) {
      config = files.config();
    }
    TokenizerSource source = ModelFiles.tokenizerSource(path);
    ChatTemplate template =
        source.chatTemplate() == null
            ? null
            : ChatTemplate.of(
                source.chatTemplate(),
                source.chatTemplateFile(),
                source.bosToken(),
                source.eosToken());
    PromptLimits limits =
        new PromptLimits(
            model.name(), config.contextLength(), config.vocabularySize(), defaultMaxTokens);
    return new PromptEncoder(Tokenizer.of(source), template, limits, config.sampling());
  }

  /**
   * Encodes a request.
   *
   * @throws PromptRefusedException if the model cannot answer the request
   */
  public EncodedRequest encode(GenerationRequest request) throws PromptRefusedException {
    if (!limits.modelName().equals(request.model())) {
      throw refused(
          RequestError.modelNotFound(
              "The model '%s' is not served here; this job serves '%s'"
                  .formatted(request.model(), limits.modelName())));
    }
    limits.checkTokenIds(request.sampling());
    boolean chat = request.endpoint() == Endpoint.CHAT_COMPLETIONS;
    String param = chat ? "messages" : "prompt";
    int[] prompt = chat ? chatPrompt(request.messages()) : plainPrompt(request.prompt());
    int maxTokens = limits.maxTokens(prompt.length, request.maxTokens(), param);
    limits.checkHasWeights(prompt, param);
    Sampling sampling = request.sampling().orElse(defaults);
    if (sampling.seed() == null) {
      sampling = sampling.withSeed(StableSeed.of(request));
    }
    return new EncodedRequest(request.settled(sampling, maxTokens), prompt);
  }

  private int[] chatPrompt(List<Message> messages) throws PromptRefusedException {
    if (chatTemplate == null) {
      throw refused(
          RequestError.unsupported(
              "messages",
              "The model '%s' has no chat template; send a prompt to %s instead"
                  .formatted(limits.modelName(), Endpoint.COMPLETIONS.url())));
    }
    if (messages.isEmpty()) {
      throw refused(RequestError.invalid("messages", "There must be at least one message"));
    }
    long characters = 0;
    for (Message message : messages) {
      characters += message.content().length();
    }
    limits.checkCharacters(characters, tokenizer, "messages");
    try {
      MarkedText prompt = chatTemplate.render(messages);
      limits.checkBeginning(prompt.toString(), tokenizer, "messages");
      return tokenizer.encode(prompt);
    } catch (TemplateException e) {
      throw refused(
          RequestError.invalid(
              "messages",
              "The chat template of '%s' refuses these messages: %s"
                  .formatted(limits.modelName(), e.getMessage())));
    } catch (IllegalArgumentException e) {
      throw refused(RequestError.invalid("messages", e.getMessage()));
    }
  }

  private int[] plainPrompt(String prompt) throws PromptRefusedException {
    if (prompt == null || prompt.isEmpty()) {
      throw refused(RequestError.invalid("prompt", "The prompt must not be empty"));
    }
    limits.checkCharacters(prompt.length(), tokenizer, "prompt");
    limits.checkBeginning(prompt, tokenizer, "prompt");
    return tokenizer.encodePrompt(prompt);
  }

  private static PromptRefusedException refused(RequestError error) {
    return new PromptRefusedException(error);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
