package io.lengthwise.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptLookupTest {

  private static final int SLOT = Decoder.BLOCK;

  /** The end token of the models. */
  private static final int END = 2;

  /** A model with repetitive answers. */
  private static final String REPETITIVE = "qwen3";

  /** The number of drafted tokens that were accepted. */
  private int accepted;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "smollm"})
  void answersEqualTransformers(String family) throws IOException {
    Reference reference = Reference.of(family);
    try (Decoder decoder = decoder(family, WeightType.FLOAT32)) {
      List<TestingRow> rows = new ArrayList<>();
      for (int i = 0; i < reference.prompts().length; i++) {
        rows.add(row(i, reference.prompts()[i], 24, Sampling.GREEDY));
      }
      prefill(decoder, rows);
      decodeAll(decoder, rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).answer()).isEqualTo(reference.answers()[i]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "INT8"})
  void repetitionsAreDraftedAndTheAnswersStayWhatTheyAre(WeightType weights) throws IOException {
    for (String family : List.of("mistral", REPETITIVE)) {
      try (Decoder decoder = decoder(family, weights)) {
        for (Sampling sampling : List.of(Sampling.GREEDY, drawn(0.3f), drawn(1))) {
          List<TestingRow> rows = repetitiveRows(sampling);
          prefill(decoder, rows);
          decodeAll(decoder, rows);
          assertThat(answers(rows))
              .isDeepEqualTo(answersWithoutLookup(decoder, repetitiveRows(sampling)));
        }
      }
    }
    assertThat(accepted).isGreaterThan(50);
  }

  @Test
  void nothingIsKeptBehindATokenThatEndsARowInTheMiddleOfADraft() throws IOException {
    Reference reference = Reference.of(REPETITIVE);
    int[] answer = reference.answers()[3];
    try (Decoder decoder = decoder(REPETITIVE, WeightType.FLOAT32)) {
      for (int stop : IntStream.of(answer).distinct().toArray()) {
        Sampling stopping = new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(stop), Map.of());
        TestingRow row = row(0, reference.prompts()[3], 24, stopping);
        prefill(decoder, List.of(row));
        while (row.generated() == 0 || row.token(row.length() - 1) != stop) {
          decodeOnce(decoder, List.of(row));
        }
        int end = IntStream.range(0, 24).filter(i -> answer[i] == stop).findFirst().orElseThrow();
        assertThat(row.answer()).isEqualTo(Arrays.copyOf(answer, end + 1));
      }
    }
  }

  @Test
  void rowEndsAtItsLimitInTheMiddleOfADraft() throws IOException {
    Reference reference = Reference.of(REPETITIVE);
    try (Decoder decoder = decoder(REPETITIVE, WeightType.FLOAT32)) {
      for (int limit = 1; limit <= 24; limit++) {
        List<TestingRow> rows = List.of(row(0, reference.prompts()[3], limit, Sampling.GREEDY));
        prefill(decoder, rows);
        decodeAll(decoder, rows);
        assertThat(rows.get(0).answer()).isEqualTo(Arrays.copyOf(reference.answers()[3], limit));
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void rowsFillTheirSlotsAndLeaveTheOthersAsTheyAre() throws IOException {
    try (Decoder decoder = decoder(REPETITIVE, WeightType.FLOAT32)) {
      List<TestingRow> rows = repetitiveRows(Sampling.GREEDY);
      prefill(decoder, rows);
      // Each row fills its slot while the next slot holds a prompt.
      for (TestingRow row : rows) {
        decodeAll(decoder, List.of(row));
        assertThat(row.length()).isEqualTo(SLOT + 1);
      }
      assertThat(answers(rows))
          .isDeepEqualTo(answersWithoutLookup(decoder, repetitiveRows(Sampling.GREEDY)));
    }
  }

  @Test
  void segmentHasAtMostSoManyStepsAndTellsWhatWasDrafted() throws IOException {
    try (Decoder decoder = decoder(REPETITIVE, WeightType.FLOAT32)) {
      List<TestingRow> rows = repetitiveRows(Sampling.GREEDY);
      prefill(decoder, rows);
      Decoded decoded = decoder.decodeAhead(rows, 6, 4);
      assertThat(decoded.steps()).isEqualTo(6);
      assertThat(decoded.accepted()).isPositive().isLessThanOrEqualTo(decoded.drafted());
      assertThat(Arrays.stream(decoded.tokens()).mapToInt(tokens -> tokens.length).sum())
          .isEqualTo(6 * rows.size() + decoded.accepted());
    }
  }

  private static Decoder decoder(String family, WeightType weights) {
    try (WeightFiles files = ModelFiles.weights(Reference.folder(family))) {
      Decoder decoder = new Decoder(files, Device.cpu(), weights, 1);
      decoder.allocate(4 * SLOT);
      return decoder;
    }
  }

  private static TestingRow row(int slot, int[] prompt, int limit, Sampling sampling) {
    return new TestingRow(new Slot(slot * SLOT, SLOT), prompt, limit, sampling);
  }

  /** Creates four rows with repetitive prompts of unequal lengths that fill their slots. */
  private static List<TestingRow> repetitiveRows(Sampling sampling) {
    List<TestingRow> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int period = 2 + i;
      int[] prompt = IntStream.range(0, 14 + 3 * i).map(p -> 40 + 50 * (p % period)).toArray();
      rows.add(row(i, prompt, SLOT + 1 - prompt.length, sampling));
    }
    return rows;
  }

  private static Sampling drawn(float temperature) {
    return new Sampling(temperature, 0, 0.9f, 0f, 1f, 11L, List.of(), List.of(), Map.of());
  }

  private static void prefill(Decoder decoder, List<TestingRow> rows) {
    decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
  }

  private void decodeAll(Decoder decoder, List<TestingRow> rows) {
    while (rows.stream().anyMatch(PromptLookupTest::goesOn)) {
      decodeOnce(decoder, rows.stream().filter(PromptLookupTest::goesOn).toList());
    }
  }

  private static boolean goesOn(TestingRow row) {
    return row.limit() > 0 && (row.generated() == 0 || row.token(row.length() - 1) != END);
  }

  private void decodeOnce(Decoder decoder, List<TestingRow> rows) {
    Decoded decoded = decoder.decodeAhead(rows, 3, 4);
    accepted += decoded.accepted();
    append(rows, decoded.tokens());
  }

  private static int[][] answersWithoutLookup(Decoder decoder, List<TestingRow> rows) {
    prefill(decoder, rows);
    append(rows, decoder.decode(rows, SLOT, true));
    return answers(rows);
  }

  private static void append(List<TestingRow> rows, int[][] tokens) {
    for (int i = 0; i < tokens.length; i++) {
      rows.get(i).append(tokens[i]);
    }
  }

  private static int[][] answers(List<TestingRow> rows) {
    return rows.stream().map(TestingRow::answer).toArray(int[][]::new);
  }
}
