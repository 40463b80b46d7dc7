package io.lengthwise.cli.bench.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints the results of one figure as a table. The columns are the keys of the results. */
final class EngineTable {

  private static final Map<String, String> TITLES =
      Map.of(
          EngineResult.TOKENS_PER_SECOND, "tokens/s",
          EngineResult.LIMIT, "limit",
          EngineResult.SHARE_OF_LIMIT, "of limit",
          EngineResult.SHARE_OF_ALLOWED, "of allowed",
          EngineResult.TO_FLOAT32, "to float32");

  private EngineTable() {}

  static void print(EngineFigure figure, List<EngineResult> results, PrintStream out) {
    Set<String> keys = new LinkedHashSet<>();
    results.forEach(result -> result.values().fieldNames().forEachRemaining(keys::add));
    List<List<String>> lines = new ArrayList<>();
    lines.add(keys.stream().map(key -> TITLES.getOrDefault(key, key)).toList());
    for (EngineResult result : results) {
      lines.add(keys.stream().map(key -> cell(result.values().get(key))).toList());
    }
    int[] widths =
        IntStream.range(0, keys.size())
            .map(
                column ->
                    lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    out.println(figure);
    for (List<String> line : lines) {
      out.println(
          IntStream.range(0, widths.length)
              .mapToObj(column -> String.format("  %" + widths[column] + "s", line.get(column)))
              .collect(Collectors.joining()));
    }
  }

  private static String cell(JsonNode value) {
    if (value == null || value.isNull()) {
      return "";
    }
    if (value.isDouble()) {
      return new BigDecimal(value.asText()).toPlainString();
    }
    return value.isIntegralNumber()
        ? String.format(Locale.ROOT, "%,d", value.asLong())
        : value.asText();
  }
}
