package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lengthwise.model.text.ChatTemplate;
import io.lengthwise.model.text.TestingTokenizers;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Message;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests that the encoder refuses. */
class RefusedPromptTest extends PromptEncoderFixture {

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
  void longPromptIsRefusedByItsFirstTokens() {
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

  private static RequestError refusal(GenerationRequest request) {
    return catchThrowableOfType(PromptRefusedException.class, () -> encoder.encode(request))
        .error();
  }
}
