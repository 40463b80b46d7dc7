package io.lengthwise.generation.accelerator;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The cost of computing, in milliseconds: measured on a device, or assumed under simulated time.
 *
 * <p>The cost of a step between two widths of the table is on the line through them. The cost of a
 * step beyond the table is on the line through its last two widths.
 *
 * @param step the cost of a decode step by its rows, from one row on; more rows cost no less
 * @param prefillToken the cost of each prefilled token
 */
public record StepCost(NavigableMap<Integer, Double> step, double prefillToken) {

  /** The cost of an unknown device. */
  public static final StepCost GUESS = affine(78.125, 0, 0);

  /** A width is wide enough if it makes this share of the best tokens/s. */
  private static final double WIDE_ENOUGH = 0.95;

  /**
   * A width that suits most machines. It is the least width if no measured width is wide enough.
   */
  private static final int USUAL_WIDTH = 64;

  public StepCost {
    step = Collections.unmodifiableNavigableMap(new TreeMap<>(step));
    if (step.isEmpty() || step.firstKey() != 1) {
      throw new IllegalArgumentException("the costs of steps must begin with one row: " + step);
    }
    double least = Double.MIN_VALUE;
    for (double millis : step.values()) {
      if (!(millis >= least && millis < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a step must cost something, and with more rows no less: " + step);
      }
      least = millis;
    }
    if (!(prefillToken >= 0 && prefillToken < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a token's prefill cannot cost " + prefillToken);
    }
  }

  /**
   * Steps with a fixed cost and a cost for each row.
   *
   * @param step the cost of a step, whatever its rows
   * @param row the additional cost of each row
   */
  public static StepCost affine(double step, double row, double prefillToken) {
    if (!(step >= 0 && row >= 0 && prefillToken >= 0 && step + row > 0)) {
      throw new IllegalArgumentException(
          "the costs of a step must not be negative, nor all be 0, as %s, %s, %s"
              .formatted(step, row, prefillToken));
    }
    return new StepCost(new TreeMap<>(Map.of(1, step + row, 2, step + 2 * row)), prefillToken);
  }

  /**
   * Steps that were measured while other work may have disturbed the machine.
   *
   * <p>A time is replaced by the median of itself and its neighbours: rising times stay as they
   * are, and a single outlier disappears. A time that still exceeds the time of more rows is
   * lowered to it, because a disturbance only makes a step longer.
   */
  static StepCost measured(NavigableMap<Integer, Double> step, double prefillToken) {
    NavigableMap<Integer, Double> steady = new TreeMap<>();
    double ofMore = Double.POSITIVE_INFINITY;
    for (int rows : step.descendingKeySet()) {
      Map.Entry<Integer, Double> fewer = step.lowerEntry(rows);
      Map.Entry<Integer, Double> more = step.higherEntry(rows);
      double above = more == null ? Double.POSITIVE_INFINITY : more.getValue();
      // One row takes at least half of a step of two rows, which could run in two steps.
      double below = fewer != null ? fewer.getValue() : more == null ? 0 : ofMore / 2;
      ofMore = Math.min(ofMore, median(step.get(rows), below, above));
      steady.put(rows, ofMore);
    }
    return new StepCost(steady, prefillToken);
  }

  private static double median(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** The cost of a decode step of {@code rows} rows, at least one. */
  public double stepMillis(int rows) {
    Map.Entry<Integer, Double> to = step.higherEntry(rows);
    Map.Entry<Integer, Double> from =
        to == null ? step.lowerEntry(step.lastKey()) : step.floorEntry(rows);
    if (to == null) {
      to = step.lastEntry();
    }
    if (from == null) {
      return to.getValue();
    }
    double row = (to.getValue() - from.getValue()) / (to.getKey() - from.getKey());
    return from.getValue() + row * (rows - from.getKey());
  }

  /**
   * The fewest rows of the table that make nearly as many tokens a second as any other number.
   *
   * <p>More rows would only make each answer slower. If only the widest row of the table is wide
   * enough, the throughput may rise beyond it, so the width is at least the usual width.
   */
  public int width() {
    double best = step.keySet().stream().mapToDouble(this::tokensPerMilli).max().orElseThrow();
    int width =
        step.keySet().stream()
            .filter(rows -> tokensPerMilli(rows) >= WIDE_ENOUGH * best)
            .findFirst()
            .orElseThrow();
    return width == step.lastKey() ? Math.max(width, USUAL_WIDTH) : width;
  }

  private double tokensPerMilli(int rows) {
    return rows / step.get(rows);
  }

  @Override
  public String toString() {
    return step.entrySet().stream()
        .map(at -> String.format(Locale.ROOT, "%d: %.2f", at.getKey(), at.getValue()))
        .collect(Collectors.joining(", ", "ms a step by rows ", ""))
        .concat(String.format(Locale.ROOT, "; ms a token of a prompt %.3f", prefillToken));
  }

  public long decodeNanos(int steps, int rows) {
    return Math.round(1e6 * steps * stepMillis(rows));
  }

  public long prefillNanos(int tokens) {
    return Math.round(1e6 * tokens * prefillToken);
  }
}
