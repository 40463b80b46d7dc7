package io.lengthwise.cli.bench;

import io.lengthwise.cli.trial.RunningRows;
import io.lengthwise.generation.trial.TrialReport;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a benchmark, as SVG for the {@code src} of an HTML image. */
final class BenchCharts {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;

  /** The most points of a line. More points would only make the page larger. */
  private static final int POINTS = 200;

  /** A bar of less would be invisible. */
  private static final double LEAST_PADDING = 0.0005;

  private final List<BenchResult> results;

  BenchCharts(List<BenchResult> results) {
    this.results = results;
  }

  /** Whether this machine has a font. Without one, JDKs throw errors of several kinds. */
  static boolean canDraw() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 12)
          .getLineMetrics("1", new FontRenderContext(null, false, false));
      return true;
    } catch (Error | RuntimeException e) {
      return false;
    }
  }

  /** Whether a schedule has padding that a chart would show. */
  static boolean isPadded(List<BenchResult> results) {
    return results.stream().anyMatch(result -> result.padding() >= LEAST_PADDING);
  }

  /** The charts by their captions. */
  Map<String, String> images() {
    Map<String, String> images = new LinkedHashMap<>();
    images.put(
        "Throughput: tokens of answers in a second, the median of the passes.",
        svg(bars("tokens/s", BenchResult::tokensPerSecond)));
    if (isPadded(results)) {
      images.put(
          "Padding: the share of decode slots (a row in a step) that made no token of an answer,"
              + " because the row had ended or its tokens were computed again.",
          svg(bars("padding, %", result -> 100 * result.padding())));
    }
    images.put(
        "Completion: the share of requests that were answered within a time.", svg(completion()));
    images.put(
        "Rows that made tokens, over the time of the run. Where a line is below the width, the rest is"
            + " padding, or no requests were left.",
        svg(running()));
    images.put(
        "Predicted and actual length of each answer. On the line, the prediction is right.",
        svg(predictions()));
    return images;
  }

  private CategoryChart bars(String title, ToDoubleFunction<BenchResult> figure) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).yAxisTitle(title).build();
    style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setAvailableSpaceFill(0.5);
    chart.getStyler().setDecimalPattern("#,##0.#");
    chart.addSeries(
        title,
        results.stream().map(BenchResult::schedule).toList(),
        results.stream().map(figure::applyAsDouble).toList());
    return chart;
  }

  XYChart completion() {
    XYChart chart = lines("seconds from the start", "answered, %");
    chart.getStyler().setYAxisMax(100.0);
    for (BenchResult result : results) {
      double[] times = result.typicalPass().completionTimes(Integer.MAX_VALUE);
      List<Double> seconds = new ArrayList<>();
      List<Double> percent = new ArrayList<>();
      begin(seconds, percent, times);
      int step = Math.max(1, times.length / POINTS);
      for (int i = 0; i < times.length; i += step) {
        seconds.add(times[i] / 1000);
        percent.add(100.0 * (i + 1) / times.length);
      }
      seconds.add(times[times.length - 1] / 1000);
      percent.add(100.0);
      chart.addSeries(result.schedule(), seconds, percent);
    }
    return chart;
  }

  /**
   * Adds the rise to the first answer. The point in the middle also keeps XChart from labelling the
   * axis with the values of the points. XChart does so if the points are evenly spaced, for example
   * 4.2, 8.3, 12.5.
   */
  private static void begin(List<Double> seconds, List<Double> percent, double[] times) {
    for (double share : new double[] {0, 1.0 / 3}) {
      seconds.add(times[0] / 1000);
      percent.add(100 * share / times.length);
    }
  }

  private XYChart running() {
    XYChart chart = lines("seconds from the start", "rows");
    for (BenchResult result : results) {
      RunningRows rows = result.typicalRows().averaged(POINTS);
      chart.addSeries(result.schedule(), rows.seconds(), rows.rows());
    }
    return chart;
  }

  private static void style(AxesChartStyler styler) {
    styler.setYAxisMin(0.0);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
  }

  private static XYChart lines(String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    style(chart.getStyler());
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setMarkerSize(0);
    chart.getStyler().setDecimalPattern("#,##0.#");
    return chart;
  }

  private XYChart predictions() {
    BenchResult result = results.get(results.size() - 1);
    TrialReport pass = result.typicalPass();
    double[] actual = Arrays.stream(pass.tokens()).asDoubleStream().toArray();
    double[] predicted = new double[actual.length];
    double longest = 1;
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = pass.predicted()[i];
      longest = Math.max(longest, Math.max(predicted[i], actual[i]));
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("actual tokens")
            .yAxisTitle("predicted tokens, " + result.schedule())
            .build();
    style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setMarkerSize(5);
    chart.getStyler().setDecimalPattern("#,##0");
    chart
        .addSeries("answers", actual, predicted)
        .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
        .setMarker(SeriesMarkers.CIRCLE);
    chart
        .addSeries("right", new double[] {0, longest}, new double[] {0, longest})
        .setMarker(SeriesMarkers.NONE);
    return chart;
  }

  private static String svg(Chart<?, ?> chart) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
