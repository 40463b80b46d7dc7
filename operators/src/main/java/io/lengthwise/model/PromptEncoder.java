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
 * Makes a request ready for the model: its prompt as tokens, its sampling and its length settled.
 *
 * <p>What a request leaves open comes from the model's own defaults. Its seed, where it names none,
 * follows from its id and its place in the source, so that it draws the same tokens again when it
 * is read again after a failure. Its length, where it names none, is the job's default, or what the
 * context still holds after the prompt; a length that it does name must fit.
 *
 * <p>In a chat, only the model's template can place control tokens in the prompt. The prompt of a
 * plain completion is the caller's as a whole, and so are the control tokens that it spells.
 */
public final class PromptEncoder implements AutoCloseable {

  private final String modelName;
  private final Tokenizer tokenizer;
  private final ChatTemplate chatTemplate;
  private final Limits limits;
  private final Sampling defaults;

  /**
   * What a prompt and an answer must keep to.
   *
   * @param contextLength the most tokens of prompt and answer together
   * @param vocabulary the number of token ids that the model knows
   * @param defaultMaxTokens the most tokens of an answer whose request does not say
   */
  record Limits(int contextLength, int vocabulary, int defaultMaxTokens) {}

  /** An encoder; its chat template is null for a model without one. */
  PromptEncoder(
      String modelName,
      Tokenizer tokenizer,
      ChatTemplate chatTemplate,
      Limits limits,
      Sampling defaults) {
    this.modelName = modelName;
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.limits = limits;
    this.defaults = defaults;
  }

  /**
   * Opens the encoder of a model, which takes its tokenizer and nothing of its weights.
   *
   * @param defaultMaxTokens the most tokens of an answer whose request does not say
   * @throws ModelFileException for what is missing, broken or not supported
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
    Limits limits = new Limits(config.contextLength(), config.vocabularySize(), defaultMaxTokens);
    return new PromptEncoder(
        model.name(), Tokenizer.of(source), template, limits, config.sampling());
  }

  /**
   * Encodes.
   *
   * @throws RefusedException for a request that this model cannot answer
   */
  public EncodedRequest encode(GenerationRequest request) throws RefusedException {
    if (!modelName.equals(request.model())) {
      throw refused(
          RequestError.modelNotFound(
              "The model '%s' is not served here; this job serves '%s'"
                  .formatted(request.model(), modelName)));
    }
    checkTokenIds(request.sampling());
    boolean chat = request.endpoint() == Endpoint.CHAT_COMPLETIONS;
    String param = chat ? "messages" : "prompt";
    int[] prompt = chat ? chatPrompt(request.messages()) : plainPrompt(request.prompt());
    int maxTokens = maxTokens(prompt.length, request.maxTokens(), param);
    checkHasWeights(prompt, param);
    Sampling sampling = request.sampling().orElse(defaults);
    if (sampling.seed() == null) {
      sampling = sampling.withSeed(StableSeed.of(request));
    }
    return new EncodedRequest(request.settled(sampling, maxTokens), prompt);
  }

  private int[] chatPrompt(List<Message> messages) throws RefusedException {
    if (chatTemplate == null) {
      throw refused(
          RequestError.unsupported(
              "messages",
              "The model '%s' has no chat template; send a prompt to %s instead"
                  .formatted(modelName, Endpoint.COMPLETIONS.url())));
    }
    if (messages.isEmpty()) {
      throw refused(RequestError.invalid("messages", "There must be at least one message"));
    }
    long characters = 0;
    for (Message message : messages) {
      characters += message.content().length();
    }
    checkCharacters(characters, "messages");
    try {
      MarkedText prompt = chatTemplate.render(messages);
      checkBeginning(prompt.toString(), "messages");
      return tokenizer.encode(prompt);
    } catch (TemplateException e) {
      throw refused(
          RequestError.invalid(
              "messages",
              "The chat template of '%s' refuses these messages: %s"
                  .formatted(modelName, e.getMessage())));
    } catch (IllegalArgumentException e) {
      throw refused(RequestError.invalid("messages", e.getMessage()));
    }
  }

  private int[] plainPrompt(String prompt) throws RefusedException {
    if (prompt == null || prompt.isEmpty()) {
      throw refused(RequestError.invalid("prompt", "The prompt must not be empty"));
    }
    checkCharacters(prompt.length(), "prompt");
    checkBeginning(prompt, "prompt");
    return tokenizer.encodePrompt(prompt);
  }

  /** Refuses, before any work is done on it, a text that no tokens of the context can hold. */
  private void checkCharacters(long characters, String param) throws RefusedException {
    long most = (long) limits.contextLength() * tokenizer.longestTokenCharacters();
    if (characters > most) {
      throw refused(
          RequestError.contextLengthExceeded(
              param,
              "The prompt has %d characters; the model's context of %d tokens holds at most %d"
                  .formatted(characters, limits.contextLength(), most)));
    }
  }

  /**
   * Refuses a long text whose beginning is already too long.
   *
   * <p>A token may stand for a hundred characters and mostly stands for four, so that a text which
   * the check on characters lets pass may still have a million tokens; its first part tells. Twice
   * the context is asked for, since a text cut in a word may have a few tokens more than the whole.
   */
  private void checkBeginning(String text, String param) throws RefusedException {
    long part = 16L * limits.contextLength();
    if (text.length() > 2 * part) {
      int tokens = tokenizer.encode(text.substring(0, (int) part)).length;
      if (tokens > 2 * (long) limits.contextLength()) {
        throw refused(tooLong("more than " + tokens, param));
      }
    }
  }

  private int maxTokens(int promptTokens, int asked, String param) throws RefusedException {
    int room = limits.contextLength() - promptTokens;
    if (promptTokens == 0) {
      throw refused(RequestError.invalid(param, "The prompt has no tokens"));
    }
    if (asked < 0) {
      throw refused(RequestError.invalid("max_tokens", asked + " is no number of tokens"));
    }
    if (room < 1) {
      throw refused(tooLong(String.valueOf(promptTokens), param));
    }
    if (asked > room) {
      throw refused(
          RequestError.contextLengthExceeded(
              "max_tokens",
              ("The prompt has %d tokens and max_tokens is %d, together more than the model's"
                      + " context of %d; ask for at most %d")
                  .formatted(promptTokens, asked, limits.contextLength(), room)));
    }
    return asked > 0 ? asked : Math.min(limits.defaultMaxTokens(), room);
  }

  private RequestError tooLong(String promptTokens, String param) {
    return RequestError.contextLengthExceeded(
        param,
        "The prompt has %s tokens; the model's context of %d must hold it and an answer"
            .formatted(promptTokens, limits.contextLength()));
  }

  /** Tokens may have been added to a tokenizer whose model never learned any weights for them. */
  private void checkHasWeights(int[] prompt, String param) throws RefusedException {
    for (int id : prompt) {
      if (id >= limits.vocabulary()) {
        throw refused(
            RequestError.invalid(
                param,
                "The tokenizer makes the token %d of this, and '%s' has weights for 0 to %d alone"
                    .formatted(id, modelName, limits.vocabulary() - 1)));
      }
    }
  }

  private void checkTokenIds(Sampling sampling) throws RefusedException {
    for (int id : sampling.stopTokenIds()) {
      checkTokenId(id, "stop_token_ids");
    }
    for (int id : sampling.logitBias().keySet()) {
      checkTokenId(id, "logit_bias");
    }
  }

  private void checkTokenId(int id, String param) throws RefusedException {
    if (id < 0 || id >= limits.vocabulary()) {
      throw refused(
          RequestError.invalid(
              param,
              "The token id %d is none of the model's, which are 0 to %d"
                  .formatted(id, limits.vocabulary() - 1)));
    }
  }

  private static RefusedException refused(RequestError error) {
    return new RefusedException(error);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
