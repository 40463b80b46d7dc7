package io.lengthwise.model.decoder;

import java.util.Arrays;

/**
 * The result of a segment.
 *
 * @param tokens the new tokens of each row, the end token included
 * @param steps the number of decode steps
 * @param drafted the tokens that prompt lookup drafted and a step verified
 * @param accepted the drafted tokens that are among the new tokens
 */
public record Decoded(int[][] tokens, int steps, int drafted, int accepted) {

  /** The result of a segment in which each row got at most one token in a step. */
  public static Decoded withoutLookup(int[][] tokens) {
    int steps = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElse(0);
    return new Decoded(tokens, steps, 0, 0);
  }

  /**
   * The result of a segment in which each row got one token in a step, and accepted tokens in
   * addition.
   */
  static Decoded withLookup(int[][] tokens, int steps, int drafted) {
    int all = Arrays.stream(tokens).mapToInt(row -> row.length).sum();
    return new Decoded(tokens, steps, drafted, all - steps * tokens.length);
  }
}
