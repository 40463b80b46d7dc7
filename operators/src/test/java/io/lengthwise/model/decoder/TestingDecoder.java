package io.lengthwise.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.List;

/** Decoders of the reference models and rows for their tests. */
final class TestingDecoder {

  static final int SLOT = Decoder.BLOCK;
  static final NumberFormat FLOAT32 = NumberFormat.of(WeightType.FLOAT32, false);
  static final NumberFormat INT8 = NumberFormat.of(WeightType.INT8, false);

  /**
   * The number formats of a GPU. There attention is one call; on the CPU it is several. All else is
   * the same.
   */
  static final NumberFormat GPU_FLOAT32 = NumberFormat.of(WeightType.FLOAT32, true);

  static final NumberFormat GPU_BFLOAT16 = NumberFormat.of(WeightType.BFLOAT16, true);

  private TestingDecoder() {}

  static Decoder decoder(String family, WeightType weights) {
    return decoder(family, NumberFormat.of(weights, false));
  }

  static Decoder decoder(String family, NumberFormat format) {
    try (WeightFiles files = ModelFiles.weights(Reference.folder(family))) {
      Decoder decoder = new Decoder(files, Device.cpu(), format, 1);
      decoder.allocate(32 * SLOT);
      return decoder;
    }
  }

  static Slot slot(int number) {
    return new Slot(number * SLOT, SLOT);
  }

  /** The first two slots are adjacent. The others are apart and have more room. */
  static List<TestingRow> rows(Reference reference) {
    List<TestingRow> rows = new ArrayList<>();
    for (int i = 0; i < reference.prompts().length; i++) {
      Slot slot = i < 2 ? slot(i) : new Slot((2 * i - 1) * SLOT, 2 * SLOT);
      rows.add(new TestingRow(slot, reference.prompts()[i], 24, Sampling.GREEDY));
    }
    return rows;
  }

  static List<TestingRow> prefilledRows(Decoder decoder, Reference reference) {
    List<TestingRow> rows = rows(reference);
    decoder.prefill(rows.stream().map(TestingRow::prompt).toList());
    return rows;
  }

  static void decodeAll(Decoder decoder, List<TestingRow> rows, int steps) {
    while (rows.stream().anyMatch(row -> row.limit() > 0)) {
      decodeOnce(decoder, rows.stream().filter(row -> row.limit() > 0).toList(), steps);
    }
  }

  static void decodeOnce(Decoder decoder, List<TestingRow> rows, int steps) {
    int[][] tokens = decoder.decode(rows, steps, false);
    for (int i = 0; i < tokens.length; i++) {
      rows.get(i).append(tokens[i]);
    }
  }

  static void assertAnswers(List<TestingRow> rows, Reference reference) {
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).answer()).isEqualTo(reference.answers()[i]);
    }
  }
}
