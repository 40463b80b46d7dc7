package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.model.text.Tokenizer;
import io.lengthwise.request.EncodedRequest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests that the encoder accepts. */
class PromptEncoderTest extends PromptEncoderFixture {

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
  void modelWithoutTemplateAnswersOnlyPlainPrompts() throws Exception {
    PromptEncoder plainOnly = encoder(tokenizer, false);
    assertThat(plainOnly.encode(plain("a")).promptTokens()).hasSize(1);
    assertThatThrownBy(() -> plainOnly.encode(chat("a")))
        .isInstanceOf(PromptRefusedException.class)
        .hasMessageContaining("no chat template");
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
}
