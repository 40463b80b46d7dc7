package io.lengthwise.job.cli;

import io.lengthwise.model.DecodeRow;
import io.lengthwise.model.Decoder;
import io.lengthwise.model.PromptPiece;
import io.lengthwise.model.Slot;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Rows of one width for {@link BenchEngineCommand}, and how long they took. */
final class BenchEngineRows {

  private final int steps;
  private final int prefilledTokens;
  private final List<Row> rows = new ArrayList<>();
  private final List<Double> prefillSeconds = new ArrayList<>();
  private final List<Double> stepSeconds = new ArrayList<>();

  private record Row(Slot slot, int[] prompt, int limit) implements DecodeRow {

    @Override
    public int length() {
      return prompt.length;
    }

    @Override
    public int token(int position) {
      return prompt[position];
    }

    @Override
    public int generated() {
      return 0;
    }

    @Override
    public Sampling sampling() {
      return Sampling.GREEDY;
    }
  }

  BenchEngineRows(int width, int promptTokens, int steps) {
    this.steps = steps;
    this.prefilledTokens = width * (promptTokens - 1);
    int size = slotSize(promptTokens + steps);
    Random random = new Random(0);
    for (int i = 0; i < width; i++) {
      int[] prompt = random.ints(promptTokens, 100, 200).toArray();
      rows.add(new Row(new Slot(i * size, size), prompt, steps));
    }
  }

  /** Of a slot of whole blocks that holds so many tokens. */
  static int slotSize(int tokens) {
    return (tokens + Decoder.BLOCK - 1) / Decoder.BLOCK * Decoder.BLOCK;
  }

  /** Prefills and decodes all rows from their beginning. */
  void run(Decoder decoder, boolean counted) {
    long start = System.nanoTime();
    decoder.prefill(
        rows.stream()
            .map(row -> new PromptPiece(row.slot(), row.prompt(), 0, row.length() - 1))
            .toList());
    long prefilled = System.nanoTime();
    int[][] tokens = decoder.decode(rows, steps, true);
    long decoded = System.nanoTime();
    int taken = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElseThrow();
    if (counted) {
      prefillSeconds.add((prefilled - start) / 1e9);
      stepSeconds.add((decoded - prefilled) / 1e9 / taken);
    }
  }

  double prefillTokensPerSecond() {
    return prefilledTokens / BenchEngineCommand.median(prefillSeconds);
  }

  double millisecondsPerStep() {
    return 1000 * BenchEngineCommand.median(stepSeconds);
  }

  /** Of all rows together. */
  double decodeTokensPerSecond() {
    return rows.size() / BenchEngineCommand.median(stepSeconds);
  }
}
