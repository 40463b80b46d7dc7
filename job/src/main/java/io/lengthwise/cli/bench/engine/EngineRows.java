package io.lengthwise.cli.bench.engine;

import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoder;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.Sampling;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Greedy rows with random prompts, in adjacent slots. */
final class EngineRows {

  private final Decoder decoder;
  private final int steps;
  private final List<Row> rows;

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

  EngineRows(CausalLanguageModel model, int count, int promptTokens, int steps) {
    this.decoder = model.decoder();
    this.steps = steps;
    Random random = new Random(0);
    rows =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new Row(
                        Slot.number(i, promptTokens + steps),
                        prompt(model, random, promptTokens),
                        steps))
            .toList();
  }

  /**
   * Returns random tokens. They are in the part of the vocabulary that has no control tokens in any
   * model.
   */
  static int[] prompt(CausalLanguageModel model, Random random, int tokens) {
    int size = model.vocabularySize();
    return random.ints(tokens, size / 4, size / 2).toArray();
  }

  /** Prefills the slots with the prompts. */
  void prefill() {
    decoder.prefill(
        rows.stream()
            .map(row -> new PromptPiece(row.slot(), row.prompt(), 0, row.length() - 1))
            .toList());
  }

  /**
   * Decodes the given number of steps from the end of the prompts. Returns the seconds of a step.
   */
  double secondsPerStep() {
    long start = System.nanoTime();
    int[][] tokens = decoder.decode(rows, steps, true);
    double seconds = (System.nanoTime() - start) / 1e9;
    return seconds / Arrays.stream(tokens).mapToInt(row -> row.length).max().orElseThrow();
  }
}
