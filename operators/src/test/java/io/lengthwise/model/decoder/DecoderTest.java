package io.lengthwise.model.decoder;

import static io.lengthwise.model.decoder.TestingDecoder.FLOAT32;
import static io.lengthwise.model.decoder.TestingDecoder.GPU_FLOAT32;
import static io.lengthwise.model.decoder.TestingDecoder.SLOT;
import static io.lengthwise.model.decoder.TestingDecoder.assertAnswers;
import static io.lengthwise.model.decoder.TestingDecoder.decodeAll;
import static io.lengthwise.model.decoder.TestingDecoder.decodeOnce;
import static io.lengthwise.model.decoder.TestingDecoder.decoder;
import static io.lengthwise.model.decoder.TestingDecoder.prefilledRows;
import static io.lengthwise.model.decoder.TestingDecoder.rows;
import static io.lengthwise.model.decoder.TestingDecoder.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders with exact numbers, compared with transformers. */
class DecoderTest {

  static Stream<Arguments> exactDecoders() {
    return Stream.of("llama", "mistral", "qwen2", "qwen3", "smollm")
        .flatMap(
            family -> Stream.of(FLOAT32, GPU_FLOAT32).map(format -> Arguments.of(family, format)));
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void logitsAfterPromptsOfUnequalLengthsEqualTransformers(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      List<PromptPiece> pieces = new ArrayList<>();
      for (int i = 0; i < reference.prompts().length; i++) {
        int[] prompt = reference.prompts()[i];
        pieces.add(new PromptPiece(slot(i), prompt, 0, prompt.length));
      }
      float[][] logits = decoder.score(pieces);
      int token = -1;
      for (int i = 0; i < pieces.size(); i++) {
        token += pieces.get(i).length();
        assertClose(logits[token], reference.logits(i, 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void logitsOfPromptInPiecesBesideANewOneEqualTransformers(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    int[] prompt = reference.prompts()[2];
    try (Decoder decoder = decoder(family, format)) {
      decoder.prefill(List.of(new PromptPiece(slot(3), prompt, 0, 9)));
      decoder.prefill(List.of(new PromptPiece(slot(3), prompt, 9, 14)));
      int[] other = reference.prompts()[1];
      float[][] logits =
          decoder.score(
              List.of(
                  new PromptPiece(slot(1), other, 0, other.length),
                  new PromptPiece(slot(3), prompt, 14, prompt.length)));
      assertClose(logits[other.length - 1], reference.logits(1, 0));
      assertClose(logits[logits.length - 1], reference.logits(2, 0));
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void greedyTokensOfUnequalRowsEqualTransformers(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeAll(decoder, rows, 7);
      assertAnswers(rows, reference);
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void logitsInTheMiddleOfDecodingEqualTransformers(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeOnce(decoder, rows, reference.middle());
      List<PromptPiece> last = new ArrayList<>();
      for (TestingRow row : rows) {
        int[] tokens = new int[row.length()];
        Arrays.setAll(tokens, row::token);
        last.add(new PromptPiece(row.slot(), tokens, tokens.length - 1, tokens.length));
      }
      float[][] logits = decoder.score(last);
      for (int i = 0; i < logits.length; i++) {
        assertClose(logits[i], reference.logits(i, reference.middle()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void rowsGoOnAfterTheyMovedToSlotsOfOtherSizes(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeOnce(decoder, rows, 5);
      for (int i = 0; i < rows.size(); i += 2) {
        Slot place = new Slot((16 + i) * SLOT, 2 * SLOT);
        decoder.move(rows.get(i).slot(), place, rows.get(i).length() - 1);
        rows.get(i).moveTo(place);
      }
      decodeAll(decoder, rows, 24);
      assertAnswers(rows, reference);
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void rowContinuesFromItsTokensAmongOthers(String family, NumberFormat format) throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      List<TestingRow> rows = rows(reference);
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).append(Arrays.copyOf(reference.answers()[i], 3 * i));
      }
      decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
      decodeAll(decoder, rows, 24);
      assertAnswers(rows, reference);
    }
  }

  @ParameterizedTest
  @MethodSource("exactDecoders")
  void hiddenStatesOfPackedPromptsEqualTransformers(String family, NumberFormat format)
      throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, format)) {
      float[][] read = decoder.meanHiddenStates(List.of(reference.prompts()));
      assertThat(read).hasDimensions(reference.prompts().length, read[0].length);
      for (int i = 0; i < read.length; i++) {
        assertClose(read[i], reference.hiddenStates(i));
        assertClose(decoder.meanHiddenStates(List.of(reference.prompts()[i]))[0], read[i]);
      }
    }
  }

  @Test
  void hiddenStatesLeaveTheCacheAsItIs() throws IOException {
    Reference reference = Reference.of("smollm");
    try (Decoder decoder = decoder("smollm", WeightType.FLOAT32)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeOnce(decoder, rows, 5);
      decoder.meanHiddenStates(List.of(reference.prompts()));
      decodeAll(decoder, rows, 24);
      assertAnswers(rows, reference);
    }
  }

  @Test
  void weightsCountOnceInTheirPrecision() {
    // The embedding, which is also the head; two layers; the final norm.
    int numbers = 320 * 48 + 2 * (48 * (48 + 16 + 16) + 48 * 48 + 3 * 48 * 48 + 2 * 48) + 48;
    try (Decoder exact = decoder("smollm", WeightType.FLOAT32);
        Decoder small = decoder("smollm", WeightType.INT8)) {
      assertThat(exact.weightBytes()).isEqualTo(4 * numbers);
      assertThat(small.weightBytes()).isEqualTo(numbers);
    }
  }

  @Test
  void weightsOfTheWrongDeviceAreRefused() {
    assertThatThrownBy(() -> decoder("smollm", WeightType.BFLOAT16))
        .hasMessageContaining("model.weights: bfloat16 runs only on CUDA");
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }
}
