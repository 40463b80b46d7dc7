package io.lengthwise.model.decoder;

import static io.lengthwise.model.decoder.TestingDecoder.GPU_BFLOAT16;
import static io.lengthwise.model.decoder.TestingDecoder.INT8;
import static io.lengthwise.model.decoder.TestingDecoder.decodeAll;
import static io.lengthwise.model.decoder.TestingDecoder.decoder;
import static io.lengthwise.model.decoder.TestingDecoder.prefilledRows;
import static io.lengthwise.model.decoder.TestingDecoder.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders with int8 and bfloat16 numbers. */
class RoundedDecoderTest {

  static Stream<Arguments> roundingDecoders() {
    return Stream.of(
        Arguments.of("smollm", INT8, 0.15),
        Arguments.of("llama", GPU_BFLOAT16, 0.05),
        Arguments.of("mistral", GPU_BFLOAT16, 0.05),
        Arguments.of("qwen2", GPU_BFLOAT16, 0.05),
        Arguments.of("qwen3", GPU_BFLOAT16, 0.05),
        Arguments.of("smollm", GPU_BFLOAT16, 0.05));
  }

  @ParameterizedTest
  @MethodSource("roundingDecoders")
  void logitsOfRoundedNumbersAreCloseToTransformers(
      String family, NumberFormat format, double tolerance) throws IOException {
    Reference reference = Reference.of(family);
    int[] prompt = reference.prompts()[2];
    try (Decoder decoder = decoder(family, format)) {
      decoder.prefill(List.of(new PromptPiece(slot(0), prompt, 0, 9)));
      float[][] logits = decoder.score(List.of(new PromptPiece(slot(0), prompt, 9, prompt.length)));
      float[] expected = reference.logits(2, 0);
      double error = 0;
      double size = 0;
      for (int i = 0; i < expected.length; i++) {
        error += Math.pow(logits[logits.length - 1][i] - expected[i], 2);
        size += Math.pow(expected[i], 2);
      }
      assertThat(Math.sqrt(error / size)).isLessThan(tolerance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "smollm"})
  void bfloat16TokensAreThoseThatPrefillFindsLikely(String family) throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, GPU_BFLOAT16)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeAll(decoder, rows, 24);
      for (TestingRow row : rows) {
        int[] tokens = new int[row.length()];
        Arrays.setAll(tokens, row::token);
        float[][] logits =
            decoder.score(List.of(new PromptPiece(slot(31), tokens, 0, tokens.length - 1)));
        for (int next = tokens.length - row.generated(); next < tokens.length; next++) {
          float[] choices = logits[next - 1].clone();
          Arrays.sort(choices);
          assertThat(logits[next - 1][tokens[next]])
              .isGreaterThan(choices[choices.length - 1] - 0.05f);
        }
      }
    }
  }

  @Test
  void int8RowIsTheSameWhateverItsNeighboursAre() throws IOException {
    Reference reference = Reference.of("smollm");
    try (Decoder decoder = decoder("smollm", WeightType.INT8)) {
      List<TestingRow> together = prefilledRows(decoder, reference);
      decodeAll(decoder, together, 24);
      for (int i = 0; i < together.size(); i++) {
        TestingRow alone = new TestingRow(slot(3), reference.prompts()[i], 24, Sampling.GREEDY);
        decoder.prefill(List.of(alone.prompt()));
        decodeAll(decoder, List.of(alone), 24);
        assertThat(alone.answer()).isEqualTo(together.get(i).answer());
      }
    }
  }
}
