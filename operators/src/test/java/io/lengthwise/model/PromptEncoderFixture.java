package io.lengthwise.model;

import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.text.ChatTemplate;
import io.lengthwise.model.text.TestingTokenizers;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** An encoder of a tiny tokenizer, and requests for it. */
abstract class PromptEncoderFixture {

  static final int CONTEXT = 64;
  static final int VOCABULARY = 422;
  static final Sampling DEFAULTS =
      new Sampling(0.6f, 20, 0.95f, 0f, 1.1f, null, List.of(), List.of(), Map.of());

  static Tokenizer tokenizer;
  static PromptEncoder encoder;

  @BeforeAll
  static void open() {
    tokenizer = TestingTokenizers.open("smollm");
    encoder = encoder(tokenizer, true);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** Opens an encoder of a tiny tokenizer, for a context of 64 tokens and answers of 16. */
  static PromptEncoder encoder(Tokenizer tokenizer, boolean withTemplate) {
    return encoder(tokenizer, withTemplate, VOCABULARY);
  }

  static PromptEncoder encoder(Tokenizer tokenizer, boolean withTemplate, int vocabulary) {
    TokenizerSource source = ModelFiles.tokenizerSource(TestingTokenizers.path("smollm"));
    ChatTemplate template =
        ChatTemplate.of(
            source.chatTemplate(), source.chatTemplateFile(), source.bosToken(), source.eosToken());
    return new PromptEncoder(
        tokenizer,
        withTemplate ? template : null,
        new PromptLimits("tiny", CONTEXT, vocabulary, 16),
        DEFAULTS);
  }

  /** Returns a text with the given number of tokens. */
  static String letters(int tokens) {
    return "1".repeat(tokens);
  }

  static Origin origin(long offset) {
    return new Origin("requests", 3, offset, null, List.of(), 0);
  }

  static GenerationRequest chat(String content) {
    return conversation(new Message("user", content));
  }

  static GenerationRequest conversation(Message... messages) {
    return new GenerationRequest(
        "id",
        origin(0),
        Endpoint.CHAT_COMPLETIONS,
        "tiny",
        List.of(messages),
        null,
        Sampling.UNSPECIFIED,
        0,
        0,
        GenerationRequest.NO_DEADLINE);
  }

  static GenerationRequest plain(String prompt) {
    return plain(prompt, Sampling.UNSPECIFIED, 0);
  }

  static GenerationRequest plain(String prompt, Sampling sampling, int maxTokens) {
    return new GenerationRequest(
        "id",
        origin(0),
        Endpoint.COMPLETIONS,
        "tiny",
        List.of(),
        prompt,
        sampling,
        maxTokens,
        0,
        GenerationRequest.NO_DEADLINE);
  }
}
