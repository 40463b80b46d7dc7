package io.lengthwise.model;

import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;

/**
 * The limits that a model sets to prompts and answers, and their checks.
 *
 * @param modelName the name of the model, for messages
 * @param contextLength the most tokens of a prompt and its answer together
 * @param vocabulary the number of token ids that the model has weights for
 * @param defaultMaxTokens the cap of an answer if its request names none
 */
record PromptLimits(String modelName, int contextLength, int vocabulary, int defaultMaxTokens) {

  /** Refuses a text with more characters than the context can hold, before it is tokenized. */
  void checkCharacters(long characters, Tokenizer tokenizer, String param)
      throws PromptRefusedException {
    long most = (long) contextLength * tokenizer.longestTokenCharacters();
    if (characters > most) {
      throw refused(
          RequestError.contextLengthExceeded(
              param,
              "The prompt has %d characters; the model's context of %d tokens holds at most %d"
                  .formatted(characters, contextLength, most)));
    }
  }

  /**
   * Refuses a long text if its first part alone has too many tokens.
   *
   * <p>A token may stand for a hundred characters but usually stands for four. So a text that
   * passes {@link #checkCharacters} may still have a million tokens. The limit for the first part
   * is twice the context, since a text that is cut within a word may have a few more tokens than
   * the same characters have in the whole text.
   */
  void checkBeginning(String text, Tokenizer tokenizer, String param)
      throws PromptRefusedException {
    long part = 16L * contextLength;
    if (text.length() > 2 * part) {
      int tokens = tokenizer.encode(text.substring(0, (int) part)).length;
      if (tokens > 2 * (long) contextLength) {
        throw tooLong("more than " + tokens, param);
      }
    }
  }

  /**
   * Returns the cap of an answer.
   *
   * @param asked the cap that the request names, or 0
   */
  int maxTokens(int promptTokens, int asked, String param) throws PromptRefusedException {
    int room = contextLength - promptTokens;
    if (promptTokens == 0) {
      throw refused(RequestError.invalid(param, "The prompt has no tokens"));
    }
    if (asked < 0) {
      throw refused(
          RequestError.invalid("max_tokens", "max_tokens must not be negative; it is " + asked));
    }
    if (room < 1) {
      throw tooLong(String.valueOf(promptTokens), param);
    }
    if (asked > room) {
      throw refused(
          RequestError.contextLengthExceeded(
              "max_tokens",
              ("The prompt has %d tokens and max_tokens is %d, together more than the model's"
                      + " context of %d; ask for at most %d")
                  .formatted(promptTokens, asked, contextLength, room)));
    }
    return asked > 0 ? asked : Math.min(defaultMaxTokens, room);
  }

  private PromptRefusedException tooLong(String promptTokens, String param) {
    return refused(
        RequestError.contextLengthExceeded(
            param,
            "The prompt has %s tokens; the model's context of %d must hold it and an answer"
                .formatted(promptTokens, contextLength)));
  }

  /** Refuses tokens that were added to the tokenizer but not to the weights of the model. */
  void checkHasWeights(int[] prompt, String param) throws PromptRefusedException {
    for (int id : prompt) {
      if (id >= vocabulary) {
        throw refused(
            RequestError.invalid(
                param,
                "The text contains the token %d; '%s' has weights for the tokens 0 to %d only"
                    .formatted(id, modelName, vocabulary - 1)));
      }
    }
  }

  void checkTokenIds(Sampling sampling) throws PromptRefusedException {
    for (int id : sampling.stopTokenIds()) {
      checkTokenId(id, "stop_token_ids");
    }
    for (int id : sampling.logitBias().keySet()) {
      checkTokenId(id, "logit_bias");
    }
  }

  private void checkTokenId(int id, String param) throws PromptRefusedException {
    if (id < 0 || id >= vocabulary) {
      throw refused(
          RequestError.invalid(
              param,
              "The model has no token id %d; its token ids are 0 to %d"
                  .formatted(id, vocabulary - 1)));
    }
  }

  private static PromptRefusedException refused(RequestError error) {
    return new PromptRefusedException(error);
  }
}
