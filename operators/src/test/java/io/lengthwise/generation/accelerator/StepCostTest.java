package io.lengthwise.generation.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepCostTest {

  /**
   * Steps of 1, 2, 4, ... rows. The throughput rises to 711 tokens/s at 32 rows, and little beyond.
   */
  private static final double[] LEVELS_OFF = {10, 11, 13, 17, 25, 45, 88, 175};

  private static final double BEST = 128 / 175.0;

  @Test
  void numbersAreWrittenAlikeInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(new StepCost(table(10, 11.5), 0.25))
          .hasToString("ms a step by rows 1: 10.00, 2: 11.50; ms a token of a prompt 0.250");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void costBetweenTwoWidthsLiesOnTheirLine() {
    StepCost cost = new StepCost(table(10, 11, 15), 0);
    assertThat(cost.stepMillis(1)).isEqualTo(10);
    assertThat(cost.stepMillis(2)).isEqualTo(11);
    assertThat(cost.stepMillis(3)).isEqualTo(13);
    assertThat(cost.stepMillis(4)).isEqualTo(15);
  }

  @Test
  void costBeyondTheTableGoesOnAsItEnds() {
    assertThat(new StepCost(table(10, 11, 15), 0).stepMillis(10)).isEqualTo(27);
    assertThat(new StepCost(table(10), 0).stepMillis(10)).isEqualTo(10);
    assertThat(StepCost.affine(1, 0.5, 0).stepMillis(64)).isEqualTo(33);
  }

  @ParameterizedTest
  @CsvSource({
    // The throughput levels off; the smallest width with the largest throughput is chosen.
    "'10,11,13,17,25,45,88,175', 32",
    // 4 % more throughput does not justify twice the rows.
    "'10,11,13,17,25,45,86.5,175', 32",
    "'10,11,13,17,25,45,80,159', 64",
    // A row costs as much as a step of its own.
    "'10,20,40,80', 1",
    // The device becomes slower.
    "'10,11,13,30,90', 4",
    // The throughput jumps after a width without a gain.
    "'10,11,13,16,30,43,85,170', 32",
  })
  void widthIsTheLeastWithNearlyTheMostTokensASecond(String millis, int width) {
    assertThat(new StepCost(table(parse(millis)), 0).width()).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    // The cache had no room for more rows, or the time was over.
    "'1000', 64",
    "'1000,1010', 64",
    "'10,11,12,13,14,16,20,28', 128",
  })
  void widthIsAtLeastTheUsualOneWhereThroughputStillRises(String millis, int width) {
    assertThat(new StepCost(table(parse(millis)), 0).width()).isEqualTo(width);
  }

  @Test
  void steadyMeasurementsStayAsTheyAre() {
    for (int size = 1; size <= LEVELS_OFF.length; size++) {
      NavigableMap<Integer, Double> steps = table(Arrays.copyOf(LEVELS_OFF, size));
      assertThat(StepCost.measured(steps, 0.5)).isEqualTo(new StepCost(steps, 0.5));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.3, 0.6, 1.5, 3, 1000})
  void oneMeasurementThatIsFarOffChangesLittle(double factor) {
    for (int wrong = 0; wrong < LEVELS_OFF.length; wrong++) {
      double[] millis = LEVELS_OFF.clone();
      millis[wrong] *= factor;
      StepCost cost = StepCost.measured(table(millis), 0);
      double real = LEVELS_OFF[Integer.numberOfTrailingZeros(cost.width())];
      assertThat(cost.width() / real).as("%s: %s", 1 << wrong, cost).isGreaterThan(0.85 * BEST);
    }
  }

  @Test
  void moreRowsNeverCostLess() {
    StepCost cost = StepCost.measured(table(10, 30, 30, 17, 25, 24, 40), 0);
    assertThat(List.copyOf(cost.step().values())).isSorted();
    assertThat(cost.stepMillis(2)).isCloseTo(24, within(1e-9));
  }

  @Test
  void nonsenseIsNoTable() {
    assertThatThrownBy(() -> new StepCost(new TreeMap<>(), 0)).hasMessageContaining("begin");
    assertThatThrownBy(() -> new StepCost(table(2, 1), 0)).hasMessageContaining("no less");
    assertThatThrownBy(() -> new StepCost(table(0), 0)).hasMessageContaining("cost something");
    assertThatThrownBy(() -> new StepCost(table(Double.NaN), 0)).hasMessageContaining("cost");
    assertThatThrownBy(() -> new StepCost(table(1), -1)).hasMessageContaining("prefill");
  }

  private static double[] parse(String millis) {
    return Arrays.stream(millis.split(",")).mapToDouble(Double::parseDouble).toArray();
  }

  /** The times of steps of 1, 2, 4, ... rows. */
  private static NavigableMap<Integer, Double> table(double... millis) {
    NavigableMap<Integer, Double> steps = new TreeMap<>();
    for (int i = 0; i < millis.length; i++) {
      steps.put(1 << i, millis[i]);
    }
    return steps;
  }
}
