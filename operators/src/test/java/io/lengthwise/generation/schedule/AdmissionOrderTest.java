package io.lengthwise.generation.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Admission keys, computed by hand. */
class AdmissionOrderTest {

  private static final Conditions CONDITIONS = new Conditions(100, 2000, 0.3);

  private static final TestingWaiting ROW =
      new TestingWaiting("row", 250, 32_000).withTail(600).withRemaining(70);

  @Test
  void keysAreTheirFormulas() {
    // 250 / 100 + 32,000 / (8 * 2,000)
    assertThat(AdmissionOrder.SHORTEST_FIRST.key(ROW, CONDITIONS)).isEqualTo(4.5);
    assertThat(AdmissionOrder.FIFO.key(ROW, CONDITIONS)).isEqualTo(32_000);
    assertThat(AdmissionOrder.LONGEST_FIRST.key(ROW, CONDITIONS)).isEqualTo(-250);
    assertThat(AdmissionOrder.LEAST_REMAINING.key(ROW, CONDITIONS)).isEqualTo(70);
    // ln(250 + 0.3 * 600) + 32 / 30 * ln(1 / 0.9) = 6.063785 + 0.112385
    assertThat(AdmissionOrder.RISK_AWARE.key(ROW, CONDITIONS)).isCloseTo(6.176170, within(1e-6));
  }

  @Test
  void differenceOfRiskKeysIsThatOfTheAgedScores() {
    TestingWaiting other = new TestingWaiting("other", 300, 61_000).withTail(310);
    for (long now : new long[] {61_000, 90_000, 600_000}) {
      double aged = agedScore(ROW, now) / agedScore(other, now);
      double keys =
          AdmissionOrder.RISK_AWARE.key(ROW, CONDITIONS)
              - AdmissionOrder.RISK_AWARE.key(other, CONDITIONS);
      assertThat(keys).isCloseTo(Math.log(aged), within(1e-9));
    }
  }

  private static double agedScore(TestingWaiting row, long now) {
    return (row.predictedTokens() + 0.3 * row.tailTokens())
        * Math.pow(0.9, (now - row.arrival()) / 30_000.0);
  }

  @Test
  void tailWeighsBetweenATenthAndAHalf() {
    assertThat(Conditions.tailWeight(0, 16)).isEqualTo(0.1);
    assertThat(Conditions.tailWeight(16, 16)).isEqualTo(0.1);
    assertThat(Conditions.tailWeight(40, 16)).isEqualTo(0.25);
    assertThat(Conditions.tailWeight(80, 16)).isEqualTo(0.5);
    assertThat(Conditions.tailWeight(4096, 16)).isEqualTo(0.5);
  }
}
