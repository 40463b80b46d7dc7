package io.lengthwise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;

class BenchChartsTest {

  @BeforeEach
  void needsAFont() {
    assumeTrue(BenchCharts.canDraw(), "this machine has no fonts");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 24, 48, 120, 256, 1000})
  void ticksOfTheShareAnsweredAreRound(int requests) throws IOException {
    XYChart chart =
        new BenchCharts(List.of(TestingReports.result("fifo", requests, 0, 1000))).completion();
    List<Double> ticks = new ArrayList<>();
    chart.setCustomYAxisTickLabelsFormatter(
        value -> {
          ticks.add(value);
          return String.valueOf(value);
        });
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, new ByteArrayOutputStream(), VectorGraphicsFormat.SVG);
    assertThat(ticks).isNotEmpty().allMatch(tick -> tick % 5 == 0);
  }

  @Test
  void paddingHasAChartOnlyWhereThereIsPadding() {
    List<BenchResult> none = List.of(TestingReports.result("fifo", 40, 0, 1000));
    List<BenchResult> some = List.of(TestingReports.result("vanilla", 40, 100, 1000));
    assertThat(new BenchCharts(none).images()).noneSatisfy(BenchChartsTest::isOfPadding);
    assertThat(new BenchCharts(some).images()).anySatisfy(BenchChartsTest::isOfPadding);
  }

  private static void isOfPadding(String caption, String image) {
    assertThat(caption).startsWith("Padding");
  }
}
