package io.lengthwise.model.decoder;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.lengthwise.request.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The arguments and the result of one call of the decoder program's {@code decode} or {@code
 * decode_ahead}.
 */
final class Segment {

  private final List<? extends DecodeRow> rows;
  private final int[] endTokens;

  Segment(List<? extends DecodeRow> rows, int[] endTokens) {
    this.rows = rows;
    this.endTokens = endTokens;
  }

  IValue[] arguments(PtNDManager scope, int steps, boolean untilAll, int check) {
    List<IValue> arguments = new ArrayList<>();
    arguments.add(IValue.from((long) steps));
    arguments.add(IValue.from(untilAll));
    arguments.add(IValue.from((long) check));
    arguments.add(each(scope, row -> row.token(row.length() - 1)));
    addRows(scope, arguments);
    addPenalties(scope, arguments);
    addBiases(scope, arguments);
    return arguments.toArray(IValue[]::new);
  }

  /** The arguments of {@code decode_ahead}. */
  IValue[] argumentsAhead(PtNDManager scope, int steps, int ahead) {
    List<IValue> arguments = new ArrayList<>();
    arguments.add(IValue.from((long) steps));
    arguments.add(IValue.from((long) ahead));
    arguments.add(texts(scope, rows.size()));
    addRows(scope, arguments);
    return arguments.toArray(IValue[]::new);
  }

  private void addRows(PtNDManager scope, List<IValue> arguments) {
    arguments.add(each(scope, row -> row.length() - 1));
    arguments.add(each(scope, row -> row.slot().offset()));
    arguments.add(each(scope, DecodeRow::limit));
    arguments.add(ends(scope));
    addDraws(scope, arguments);
  }

  private IValue each(PtNDManager scope, ToLongFunction<DecodeRow> number) {
    return DecoderProgram.tensor(scope, rows.stream().mapToLong(number).toArray());
  }

  /** All tokens of the first {@code count} rows [count, most of a row], filled up with -1. */
  private IValue texts(PtNDManager scope, int count) {
    int columns = rows.stream().limit(count).mapToInt(DecodeRow::length).max().orElse(0);
    long[] texts = new long[count * columns];
    Arrays.fill(texts, -1);
    for (int i = 0; i < count; i++) {
      for (int position = 0; position < rows.get(i).length(); position++) {
        texts[i * columns + position] = rows.get(i).token(position);
      }
    }
    return DecoderProgram.tensor(scope, texts, count, columns);
  }

  /** The tokens that end each row [rows, most of a row], filled up with -1. */
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
    return DecoderProgram.tensor(scope, ends, rows.size(), columns);
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
    arguments.add(DecoderProgram.tensor(scope, draw, n, 4));
    arguments.add(DecoderProgram.tensor(scope, seeds));
    arguments.add(DecoderProgram.tensor(scope, drawn));
  }

  private void addPenalties(PtNDManager scope, List<IValue> arguments) {
    int n =
        rows.stream().anyMatch(row -> row.sampling().repetitionPenalty() != 1) ? rows.size() : 0;
    float[] penalties = new float[n];
    for (int i = 0; i < n; i++) {
      penalties[i] = rows.get(i).sampling().repetitionPenalty();
    }
    arguments.add(DecoderProgram.tensor(scope, penalties));
    arguments.add(texts(scope, n));
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
    arguments.add(DecoderProgram.tensor(scope, at, 2, count));
    arguments.add(DecoderProgram.tensor(scope, biases));
  }

  /**
   * The tokens of each row, from the program's result [rows, most of a row], which is filled up
   * with -1.
   */
  int[][] tokens(long[] result) {
    int columns = result.length / rows.size();
    int[][] tokens = new int[rows.size()][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] =
          Arrays.stream(result, i * columns, (i + 1) * columns)
              .takeWhile(token -> token >= 0)
              .mapToInt(token -> (int) token)
              .toArray();
    }
    return tokens;
  }
}
