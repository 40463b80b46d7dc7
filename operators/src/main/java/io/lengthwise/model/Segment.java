package io.lengthwise.model;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The arguments and the result of one call of the decoder program's {@code decode}. */
final class Segment {

  private final List<? extends DecodeRow> rows;
  private final int[] endTokens;

  Segment(List<? extends DecodeRow> rows, int[] endTokens) {
    this.rows = rows;
    this.endTokens = endTokens;
  }

  IValue[] arguments(PtNDManager scope, int steps, boolean untilAll, int check) {
    int n = rows.size();
    long[] last = new long[n];
    long[] lengths = new long[n];
    long[] offsets = new long[n];
    long[] limits = new long[n];
    for (int i = 0; i < n; i++) {
      DecodeRow row = rows.get(i);
      last[i] = row.token(row.length() - 1);
      lengths[i] = row.length() - 1;
      offsets[i] = row.slot().offset();
      limits[i] = row.limit();
    }
    List<IValue> arguments = new ArrayList<>();
    arguments.add(IValue.from((long) steps));
    arguments.add(IValue.from(untilAll));
    arguments.add(IValue.from((long) check));
    arguments.add(Decoder.tensor(scope, last));
    arguments.add(Decoder.tensor(scope, lengths));
    arguments.add(Decoder.tensor(scope, offsets));
    arguments.add(Decoder.tensor(scope, limits));
    arguments.add(ends(scope));
    addDraws(scope, arguments);
    addPenalties(scope, arguments);
    addBiases(scope, arguments);
    return arguments.toArray(IValue[]::new);
  }

  /** The tokens that end each row [rows, most of them], filled up with -1. */
  private IValue ends(PtNDManager scope) {
    int most = rows.stream().mapToInt(row -> row.sampling().stopTokenIds().size()).max().orElse(0);
    int columns = Math.max(1, endTokens.length + most);
    long[] ends = new long[rows.size() * columns];
    Arrays.fill(ends, -1);
    for (int i = 0; i < rows.size(); i++) {
      int next = i * columns;
      for (int token : endTokens) {
        ends[next++] = token;
      }
      for (int token : rows.get(i).sampling().stopTokenIds()) {
        ends[next++] = token;
      }
    }
    return Decoder.tensor(scope, ends, rows.size(), columns);
  }

  private void addDraws(PtNDManager scope, List<IValue> arguments) {
    int n = rows.stream().anyMatch(row -> row.sampling().temperature() > 0) ? rows.size() : 0;
    float[] draw = new float[4 * n];
    long[] seeds = new long[n];
    long[] drawn = new long[n];
    for (int i = 0; i < n; i++) {
      Sampling sampling = rows.get(i).sampling();
      draw[4 * i] = sampling.temperature();
      draw[4 * i + 1] = sampling.topK();
      draw[4 * i + 2] = sampling.topP();
      draw[4 * i + 3] = sampling.minP();
      seeds[i] = sampling.seed() == null ? 0 : sampling.seed();
      drawn[i] = rows.get(i).generated();
    }
    arguments.add(Decoder.tensor(scope, draw, n, 4));
    arguments.add(Decoder.tensor(scope, seeds));
    arguments.add(Decoder.tensor(scope, drawn));
  }

  private void addPenalties(PtNDManager scope, List<IValue> arguments) {
    int n =
        rows.stream().anyMatch(row -> row.sampling().repetitionPenalty() != 1) ? rows.size() : 0;
    int columns = n == 0 ? 0 : rows.stream().mapToInt(DecodeRow::length).max().orElse(0);
    float[] penalties = new float[n];
    long[] history = new long[n * columns];
    Arrays.fill(history, -1);
    for (int i = 0; i < n; i++) {
      DecodeRow row = rows.get(i);
      penalties[i] = row.sampling().repetitionPenalty();
      for (int position = 0; position < row.length(); position++) {
        history[i * columns + position] = row.token(position);
      }
    }
    arguments.add(Decoder.tensor(scope, penalties));
    arguments.add(Decoder.tensor(scope, history, n, columns));
  }

  private void addBiases(PtNDManager scope, List<IValue> arguments) {
    int count = rows.stream().mapToInt(row -> row.sampling().logitBias().size()).sum();
    long[] at = new long[2 * count];
    float[] biases = new float[count];
    int next = 0;
    for (int i = 0; i < rows.size(); i++) {
      for (Map.Entry<Integer, Float> bias : rows.get(i).sampling().logitBias().entrySet()) {
        at[next] = i;
        at[count + next] = bias.getKey();
        biases[next++] = bias.getValue();
      }
    }
    arguments.add(Decoder.tensor(scope, at, 2, count));
    arguments.add(Decoder.tensor(scope, biases));
  }

  /** The tokens of each row, of the program's [steps taken, rows]. */
  int[][] tokens(long[] result) {
    int n = rows.size();
    int[][] tokens = new int[n][];
    for (int i = 0; i < n; i++) {
      int count = 0;
      int[] row = new int[result.length / n];
      for (int at = i; at < result.length && result[at] >= 0; at += n) {
        row[count++] = (int) result[at];
      }
      tokens[i] = Arrays.copyOf(row, count);
    }
    return tokens;
  }
}
