package io.lengthwise.model.decoder;

import java.util.Arrays;

/**
 * What a segment made.
 *
 * @param tokens the new tokens of each row, the end token included
 * @param steps the decode steps it took
 * @param drafted tokens that prompt lookup drafted and a step verified
 * @param accepted those of them that are among the new tokens
 */
public record Decoded(int[][] tokens, int steps, int drafted, int accepted) {

  /** Of a segment in which no row got more than one token a step. */
  public static Decoded withoutLookup(int[][] tokens) {
    int steps = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElse(0);
    return new Decoded(tokens, steps, 0, 0);
  }

  /** Of a segment in which every row got a token in each step, and those that were accepted. */
  static Decoded withLookup(int[][] tokens, int steps, int drafted) {
    int all = Arrays.stream(tokens).mapToInt(row -> row.length).sum();
    return new Decoded(tokens, steps, drafted, all - steps * tokens.length);
  }
}
