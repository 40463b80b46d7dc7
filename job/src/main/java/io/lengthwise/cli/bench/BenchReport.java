package io.lengthwise.cli.bench;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a benchmark as one HTML page without other files. */
final class BenchReport {

  private static final String TEMPLATE = "report.html";

  private BenchReport() {}

  /**
   * Writes the page. A machine without fonts draws no charts.
   *
   * @param conditions the conditions of the measurement by their names
   * @param results the results of the schedules, the baseline first
   */
  static void write(Path file, Map<String, String> conditions, List<BenchResult> results)
      throws IOException {
    JinjavaConfig escaping =
        JinjavaConfig.newBuilder().withNestedInterpretationEnabled(false).build();
    BenchResult baseline = results.get(0);
    Map<String, Object> values =
        Map.of(
            "conditions",
            conditions,
            "rows",
            results.stream().map(result -> row(result, baseline)).toList(),
            "images",
            BenchCharts.canDraw() ? new BenchCharts(results).images() : Map.of(),
            "padded",
            BenchCharts.isPadded(results));
    Files.writeString(file, new Jinjava(escaping).render(template(), values));
  }

  private static List<String> row(BenchResult result, BenchResult baseline) {
    return List.of(
        result.schedule(),
        number("%.1f", result.tokensPerSecond()),
        BenchTable.spread(result),
        number("%.2f", result.tokensPerSecond() / baseline.tokensPerSecond()),
        number("%.1f %%", 100 * result.padding()),
        number("%.1f", result.seconds()),
        number("%.1f", result.meanSeconds()),
        number("%.1f", result.percentileSeconds(50)),
        number("%.1f", result.percentileSeconds(95)),
        number("%.1f", result.percentileSeconds(99)),
        number("%.0f", result.lengthError()),
        String.valueOf(result.typicalPass().batches()),
        String.valueOf(result.typicalPass().cappedRows()));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String template() throws IOException {
    try (InputStream stream = BenchReport.class.getResourceAsStream(TEMPLATE)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
