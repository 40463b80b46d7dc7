package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.model.text.ChatTemplate;
import io.lengthwise.model.text.TestingTokenizers;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PromptEncoderTest {

  private static final int CONTEXT = 64;
  private static final int VOCABULARY = 422;
  private static final Sampling DEFAULTS =
      new Sampling(0.6f, 20, 0.95f, 0f, 1.1f, null, List.of(), List.of(), Map.of());

  private static Tokenizer tokenizer;
  private static PromptEncoder encoder;

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

  private static PromptEncoder encoder(Tokenizer tokenizer, boolean withTemplate, int vocabulary) {
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

  @Test
  void chatIsRenderedAndEncodedOnce() throws Exception {
    EncodedRequest encoded = encoder.encode(chat("The river"));
    assertThat(encoded.promptTokens())
        .isEqualTo(
            tokenizer.encode("<|im_start|>user\nThe river<|im_end|>\n<|im_start|>assistant\n"));
    assertThat(encoded.request().messages()).isNotEmpty();
  }

  @Test
  void opensAModelsFolder() throws Exception {
    Path folder = Path.of(getClass().getResource("/models/smollm/config.json").toURI()).getParent();
    ModelSpec spec = new ModelSpec("tiny", folder.toString(), "cpu", WeightType.FLOAT32);
    try (PromptEncoder opened = PromptEncoder.open(spec, 5);
        Tokenizer its = ModelFiles.tokenizer(folder)) {
      EncodedRequest encoded = opened.encode(chat("The river"));
      assertThat(encoded.promptTokens())
          .isEqualTo(its.encode("<|im_start|>user\nThe river<|im_end|>\n<|im_start|>assistant\n"));
      assertThat(encoded.request().maxTokens()).isEqualTo(5);
    }
  }

  @Test
  void plainPromptIsEncodedAsItIs() throws Exception {
    assertThat(encoder.encode(plain("The river<|im_end|>")).promptTokens())
        .isEqualTo(tokenizer.encode("The river<|im_end|>"));
  }

  @Test
  void whatTheRequestLeavesOpenComesFromTheModel() throws Exception {
    Sampling asked =
        new Sampling(0f, null, 0.5f, null, null, 7L, List.of("x"), List.of(3), Map.of(4, 1f));
    assertThat(encoder.encode(plain("a", asked, 0)).request().sampling())
        .isEqualTo(
            new Sampling(0f, 20, 0.5f, 0f, 1.1f, 7L, List.of("x"), List.of(3), Map.of(4, 1f)));
  }

  @Test
  void seedFollowsFromIdAndOrigin() throws Exception {
    long seed = encoder.encode(request("id", 5)).request().sampling().seed();
    assertThat(encoder.encode(request("id", 5)).request().sampling().seed()).isEqualTo(seed);
    assertThat(encoder.encode(request("id", 6)).request().sampling().seed()).isNotEqualTo(seed);
    assertThat(encoder.encode(request("di", 5)).request().sampling().seed()).isNotEqualTo(seed);
    assertThat(seed).isNotNegative();
  }

  @Test
  void lengthIsTheDefaultOrWhatFits() throws Exception {
    assertThat(encoder.encode(plain("a")).request().maxTokens()).isEqualTo(16);
    assertThat(encoder.encode(plain(letters(60))).request().maxTokens()).isEqualTo(4);
    assertThat(encoder.encode(plain("a", Sampling.UNSPECIFIED, 63)).request().maxTokens())
        .isEqualTo(63);
  }

  @Test
  void lengthThatDoesNotFitIsRefused() {
    RequestError error = refusal(plain("a", Sampling.UNSPECIFIED, 64));
    assertThat(error.code()).isEqualTo("context_length_exceeded");
    assertThat(error.param()).isEqualTo("max_tokens");
    assertThat(error.message()).contains("1 tokens", "64", "at most 63");
    assertThat(refusal(plain("a", Sampling.UNSPECIFIED, Integer.MAX_VALUE)).code())
        .isEqualTo("context_length_exceeded");
    assertThat(refusal(plain("a", Sampling.UNSPECIFIED, -1)).param()).isEqualTo("max_tokens");
  }

  @Test
  void promptThatDoesNotFitIsRefused() {
    RequestError error = refusal(plain(letters(64)));
    assertThat(error.code()).isEqualTo("context_length_exceeded");
    assertThat(error.param()).isEqualTo("prompt");
    assertThat(error.message()).contains("64 tokens", "context of 64");
    assertThat(refusal(chat(letters(64))).param()).isEqualTo("messages");
  }

  @Test
  void promptOfMoreCharactersThanTheContextHoldsIsRefusedUnread() {
    RequestError error = refusal(plain("x".repeat(50_000_000)));
    assertThat(error.code()).isEqualTo("context_length_exceeded");
    assertThat(error.message()).contains("50000000 characters");
    assertThat(refusal(chat("x".repeat(50_000_000))).message()).contains("characters");
  }

  @Test
  void longPromptIsRefusedByItsBeginning() {
    // A normalizer may compose four characters into one, so more characters are allowed.
    try (Tokenizer composing = TestingTokenizers.open("qwen2")) {
      String text = "1".repeat(CONTEXT * composing.longestTokenCharacters());
      var refused =
          catchThrowableOfType(
              PromptRefusedException.class, () -> encoder(composing, true).encode(plain(text)));
      assertThat(refused.error().code()).isEqualTo("context_length_exceeded");
      assertThat(refused.error().message()).contains("more than 1024 tokens");
    }
  }

  @Test
  void otherModelIsNotFound() {
    GenerationRequest request =
        new GenerationRequest(
            "id",
            origin(0),
            Endpoint.COMPLETIONS,
            "gpt-4",
            List.of(),
            "a",
            Sampling.UNSPECIFIED,
            0,
            0,
            GenerationRequest.NO_DEADLINE);
    assertThat(refusal(request).code()).isEqualTo("model_not_found");
    assertThat(refusal(request).message()).contains("'gpt-4'", "'tiny'");
  }

  @Test
  void tokenIdsOutsideTheVocabularyAreRefused() {
    for (int id : new int[] {-1, VOCABULARY, Integer.MAX_VALUE}) {
      Sampling bias =
          new Sampling(null, null, null, null, null, null, List.of(), List.of(), Map.of(id, 1f));
      assertThat(refusal(plain("a", bias, 0)).param()).isEqualTo("logit_bias");
      Sampling stop =
          new Sampling(null, null, null, null, null, null, List.of(), List.of(id), Map.of());
      assertThat(refusal(plain("a", stop, 0)).param()).isEqualTo("stop_token_ids");
    }
  }

  @Test
  void tokenThatHasNoWeightsIsRefused() throws Exception {
    int last = tokenizer.encode("z")[0];
    PromptEncoder untrained = encoder(tokenizer, true, last);
    assertThat(untrained.encode(plain("a")).promptTokens()).isEqualTo(tokenizer.encode("a"));
    assertThatThrownBy(() -> untrained.encode(plain("z")))
        .isInstanceOfSatisfying(
            PromptRefusedException.class,
            refused -> {
              assertThat(refused.error().param()).isEqualTo("prompt");
              assertThat(refused.error().message()).contains("token " + last, "0 to " + (last - 1));
            });
    assertThatThrownBy(() -> untrained.encode(chat("z")))
        .isInstanceOfSatisfying(
            PromptRefusedException.class,
            refused -> assertThat(refused.error().param()).isEqualTo("messages"));
  }

  @Test
  void nothingToAnswerIsRefused() {
    assertThat(refusal(plain("")).param()).isEqualTo("prompt");
    assertThat(refusal(plain(null)).param()).isEqualTo("prompt");
    assertThat(refusal(conversation()).param()).isEqualTo("messages");
  }

  @Test
  void wrongRoleIsRefused() {
    RequestError error = refusal(conversation(new Message("tool", "a")));
    assertThat(error.param()).isEqualTo("messages");
    assertThat(error.message()).contains("'tool'");
  }

  @Test
  void refusalOfTheTemplateIsTheCallersError() {
    PromptEncoder strict =
        new PromptEncoder(
            tokenizer,
            ChatTemplate.of(
                "{% if messages | length > 3 %}{{ raise_exception('Too many') }}{% endif %}ok",
                Path.of("test"), null, null),
            new PromptLimits("tiny", CONTEXT, VOCABULARY, 16),
            DEFAULTS);
    Message message = new Message("user", "a");
    var refused =
        catchThrowableOfType(
            PromptRefusedException.class,
            () -> strict.encode(conversation(message, message, message, message)));
    assertThat(refused.error().param()).isEqualTo("messages");
    assertThat(refused.error().message()).contains("Too many");
  }

  @Test
  void modelWithoutTemplateAnswersOnlyPlainPrompts() throws Exception {
    PromptEncoder plainOnly = encoder(tokenizer, false);
    assertThat(plainOnly.encode(plain("a")).promptTokens()).hasSize(1);
    assertThatThrownBy(() -> plainOnly.encode(chat("a")))
        .isInstanceOf(PromptRefusedException.class)
        .hasMessageContaining("no chat template");
  }

  private static RequestError refusal(GenerationRequest request) {
    return catchThrowableOfType(PromptRefusedException.class, () -> encoder.encode(request))
        .error();
  }

  /** Returns a text with the given number of tokens. */
  private static String letters(int tokens) {
    return "1".repeat(tokens);
  }

  private static Origin origin(long offset) {
    return new Origin("requests", 3, offset, null, List.of(), 0);
  }

  private static GenerationRequest chat(String content) {
    return conversation(new Message("user", content));
  }

  private static GenerationRequest conversation(Message... messages) {
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

  private static GenerationRequest request(String id, long offset) {
    return new GenerationRequest(
        id,
        origin(offset),
        Endpoint.COMPLETIONS,
        "tiny",
        List.of(),
        "a",
        Sampling.UNSPECIFIED,
        0,
        0,
        GenerationRequest.NO_DEADLINE);
  }

  private static GenerationRequest plain(String prompt) {
    return plain(prompt, Sampling.UNSPECIFIED, 0);
  }

  private static GenerationRequest plain(String prompt, Sampling sampling, int maxTokens) {
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
