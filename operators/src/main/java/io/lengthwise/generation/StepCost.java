package io.lengthwise.generation;

/**
 * What computing costs under simulated time, in milliseconds.
 *
 * @param step of a decode step, whatever its rows
 * @param row of each row of a decode step, more than that
 * @param prefillToken of each token prefilled
 */
public record StepCost(double step, double row, double prefillToken) {

  /** A wide step costs little more than a narrow one, as on a device that memory holds up. */
  public static final StepCost DEFAULT = new StepCost(1, 1.0 / 64, 0);

  public StepCost {
    if (!(step >= 0 && row >= 0 && prefillToken >= 0 && step + row > 0)) {
      throw new IllegalArgumentException(
          "the costs of a step must not be negative, nor all be 0, as %s, %s, %s"
              .formatted(step, row, prefillToken));
    }
  }

  long decodeNanos(int steps, int rows) {
    return Math.round(1e6 * steps * (step + row * rows));
  }

  long prefillNanos(int tokens) {
    return Math.round(1e6 * tokens * prefillToken);
  }
}
