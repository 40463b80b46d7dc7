package io.lengthwise.model.decoder;

import static io.lengthwise.model.decoder.TestingDecoder.FLOAT32;
import static io.lengthwise.model.decoder.TestingDecoder.GPU_FLOAT32;
import static io.lengthwise.model.decoder.TestingDecoder.assertAnswers;
import static io.lengthwise.model.decoder.TestingDecoder.decoder;
import static io.lengthwise.model.decoder.TestingDecoder.prefilledRows;
import static io.lengthwise.model.decoder.TestingDecoder.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.Sampling;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ends of segments and of their rows. */
class DecodeSegmentTest {

  static List<NumberFormat> exactFormats() {
    return List.of(FLOAT32, GPU_FLOAT32);
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

  private static Sampling stoppingAt(int token) {
    return new Sampling(0f, 0, 1f, 0f, 1f, 0L, List.of(), List.of(token), Map.of());
  }

  /** Returns the first tokens of the answers, the given number of each. */
  private static int[][] begins(int[][] answers, int... lengths) {
    int[][] begins = new int[lengths.length][];
    Arrays.setAll(begins, i -> Arrays.copyOf(answers[i], lengths[i]));
    return begins;
  }
}
