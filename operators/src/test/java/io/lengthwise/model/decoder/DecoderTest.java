package io.lengthwise.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {

  private static final int SLOT = Decoder.BLOCK;
  private static final NumberFormat FLOAT32 = NumberFormat.of(WeightType.FLOAT32, false);
  private static final NumberFormat INT8 = NumberFormat.of(WeightType.INT8, false);

  /**
   * The number formats of a GPU. There attention is one call; on the CPU it is several. All else is
   * the same.
   */
  private static final NumberFormat GPU_FLOAT32 = NumberFormat.of(WeightType.FLOAT32, true);

  private static final NumberFormat GPU_BFLOAT16 = NumberFormat.of(WeightType.BFLOAT16, true);

  static Stream<Arguments> exactDecoders() {
    return Stream.of("llama", "mistral", "qwen2", "qwen3", "smollm")
        .flatMap(
            family -> Stream.of(FLOAT32, GPU_FLOAT32).map(format -> Arguments.of(family, format)));
  }

  static List<NumberFormat> exactFormats() {
    return List.of(FLOAT32, GPU_FLOAT32);
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
  void segmentEndsWithTheFirstRowOrWithTheLast() throws IOException {
    Reference reference = Reference.of("smollm");
    try (Decoder decoder = decoder("smollm", WeightType.FLOAT32)) {
      Sampling stopping = stoppingAt(reference.answers()[0][4]);
      List<TestingRow> rows =
          List.of(
              new TestingRow(slot(0), reference.prompts()[0], 24, stopping),
              new TestingRow(slot(1), reference.prompts()[1], 9, Sampling.GREEDY));
      decoder.prefill(rows.stream().map(TestingRow::prompt).toList());

      int[][] first = decoder.decode(rows, 20, false);
      assertThat(first[0]).isEqualTo(Arrays.copyOf(reference.answers()[0], 5));
      assertThat(first[1]).isEqualTo(Arrays.copyOf(reference.answers()[1], 5));

      int[][] all = decoder.decode(rows, 20, true);
      assertThat(all[0]).hasSize(5);
      assertThat(all[1]).isEqualTo(Arrays.copyOf(reference.answers()[1], 9));
    }
  }

  @ParameterizedTest
  @MethodSource("exactFormats")
  void rowsThatEndBetweenTwoLooksGetNoMoreTokens(NumberFormat format) throws IOException {
    Reference reference = Reference.of("smollm");
    int[][] answers = reference.answers();
    Sampling stopping = stoppingAt(answers[0][4]);
    try (Decoder decoder = decoder("smollm", format)) {
      List<TestingRow> rows =
          List.of(
              new TestingRow(slot(0), reference.prompts()[0], 24, stopping),
              new TestingRow(slot(1), reference.prompts()[1], 7, Sampling.GREEDY),
              new TestingRow(slot(2), reference.prompts()[2], 24, Sampling.GREEDY));
      decoder.prefill(rows.stream().map(TestingRow::prompt).toList());

      assertThat(decoder.decode(rows, 20, false, 8)).isDeepEqualTo(begins(answers, 5, 7, 8));
      assertThat(decoder.decode(rows, 20, true, 8)).isDeepEqualTo(begins(answers, 5, 7, 20));
      assertThat(decoder.decode(rows.subList(0, 2), 20, true, 8))
          .isDeepEqualTo(begins(answers, 5, 7));
      assertThat(decoder.decode(rows.subList(0, 2), 6, true, 8))
          .isDeepEqualTo(begins(answers, 5, 6));
    }
  }

  @ParameterizedTest
  @MethodSource("exactFormats")
  void tokensDoNotDependOnHowOftenTheHostLooks(NumberFormat format) throws IOException {
    Reference reference = Reference.of("mistral");
    try (Decoder decoder = decoder("mistral", format)) {
      List<TestingRow> rows = prefilledRows(decoder, reference);
      while (rows.stream().anyMatch(row -> row.limit() > 0)) {
        int[][] tokens = decoder.decode(rows, 14, false, 8);
        for (int i = 0; i < tokens.length; i++) {
          rows.get(i).append(tokens[i]);
        }
      }
      assertAnswers(rows, reference);
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

  /** The text has more tokens than one call scores. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8"})
  void logLikelihoodsAreThoseOfTheLogits(WeightType weights) {
    int[] text = new Random(0).ints(300, 0, 320).toArray();
    try (Decoder decoder = decoder("smollm", weights)) {
      Slot slot = new Slot(SLOT, text.length);
      float[][] logits = decoder.score(List.of(new PromptPiece(slot, text, 0, text.length)));

      float[] likelihoods = decoder.logLikelihoods(slot, text);

      assertThat(likelihoods).hasSize(text.length - 1);
      for (int i = 0; i < likelihoods.length; i++) {
        double sum = 0;
        for (float logit : logits[i]) {
          sum += Math.exp(logit);
        }
        double expected = logits[i][text[i + 1]] - Math.log(sum);
        assertThat(likelihoods[i]).isCloseTo((float) expected, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8"})
  void productsAloneLeaveRowsAsTheyAre(WeightType weights) throws IOException {
    Reference reference = Reference.of("smollm");
    try (Decoder decoder = decoder("smollm", weights)) {
      List<TestingRow> undisturbed = prefilledRows(decoder, reference);
      decodeAll(decoder, undisturbed, 24);
      List<TestingRow> rows = prefilledRows(decoder, reference);
      decodeOnce(decoder, rows, 5);

      decoder.products(3, 2);

      decodeAll(decoder, rows, 24);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).answer()).isEqualTo(undisturbed.get(i).answer());
      }
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

  private static Decoder decoder(String family, WeightType weights) {
    return decoder(family, NumberFormat.of(weights, false));
  }

  private static Decoder decoder(String family, NumberFormat format) {
    try (WeightFiles files = ModelFiles.weights(Reference.folder(family))) {
      Decoder decoder = new Decoder(files, Device.cpu(), format, 1);
      decoder.allocate(32 * SLOT);
      return decoder;
    }
  }

  private static Slot slot(int number) {
    return new Slot(number * SLOT, SLOT);
  }

  /** The first two slots are adjacent. The others are apart and have more room. */
  private static List<TestingRow> rows(Reference reference) {
    List<TestingRow> rows = new ArrayList<>();
    for (int i = 0; i < reference.prompts().length; i++) {
      Slot slot = i < 2 ? slot(i) : new Slot((2 * i - 1) * SLOT, 2 * SLOT);
      rows.add(new TestingRow(slot, reference.prompts()[i], 24, Sampling.GREEDY));
    }
    return rows;
  }

  private static List<TestingRow> prefilledRows(Decoder decoder, Reference reference) {
    List<TestingRow> rows = rows(reference);
    decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
    return rows;
  }

  private static void decodeAll(Decoder decoder, List<TestingRow> rows, int steps) {
    while (rows.stream().anyMatch(row -> row.limit() > 0)) {
      decodeOnce(decoder, rows.stream().filter(row -> row.limit() > 0).toList(), steps);
    }
  }

  private static void decodeOnce(Decoder decoder, List<TestingRow> rows, int steps) {
    int[][] tokens = decoder.decode(rows, steps, false);
    for (int i = 0; i < tokens.length; i++) {
      rows.get(i).append(tokens[i]);
    }
  }

  private static Sampling stoppingAt(int token) {
    return new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(token), Map.of());
  }

  /** Returns the first tokens of the answers, the given number of each. */
  private static int[][] begins(int[][] answers, int... lengths) {
    int[][] begins = new int[lengths.length][];
    Arrays.setAll(begins, i -> Arrays.copyOf(answers[i], lengths[i]));
    return begins;
  }

  private static void assertAnswers(List<TestingRow> rows, Reference reference) {
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).answer()).isEqualTo(reference.answers()[i]);
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }
}
