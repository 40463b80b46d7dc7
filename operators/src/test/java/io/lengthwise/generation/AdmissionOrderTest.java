package io.lengthwise.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Keys, by hand. */
class AdmissionOrderTest {

  private static final Conditions CONDITIONS = new Conditions(100, 2000);

  private static final TestingWaiting ROW =
      new TestingWaiting("row", 250, 32_000).withRemaining(70);

  @Test
  void keysAreTheirFormulas() {
    // 250 / 100 + 32,000 / (8 * 2,000)
    assertThat(AdmissionOrder.SHORTEST_FIRST.key(ROW, CONDITIONS)).isEqualTo(4.5);
    assertThat(AdmissionOrder.FIFO.key(ROW, CONDITIONS)).isEqualTo(32_000);
    assertThat(AdmissionOrder.LONGEST_FIRST.key(ROW, CONDITIONS)).isEqualTo(-250);
  }
}
