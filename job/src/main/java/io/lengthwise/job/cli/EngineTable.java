package io.lengthwise.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Prints the results of one figure as a table, whose columns are the keys that they have. */
final class EngineTable {

  private static final Map<String, String> TITLES =
      Map.of(
          EngineResult.TOKENS_PER_SECOND,
          "tokens/s",
          EngineResult.LIMIT,
          "limit",
          EngineResult.SHARE_OF_LIMIT,
          "of limit",
          EngineResult.SHARE_OF_ALLOWED,
          "of allowed",
          "secondsPerStep",
          "s a step",
          EngineResult.TO_FLOAT32,
          "to float32");

  private EngineTable() {}

  static void print(EngineFigure figure, List<EngineResult> results, PrintStream out) {
    Set<String> keys = new LinkedHashSet<>();
    results.forEach(result -> result.values().fieldNames().forEachRemaining(keys::add));
    List<String> titles = keys.stream().map(key -> TITLES.getOrDefault(key, key)).toList();
    out.println(figure);
    out.println(line(titles, titles));
    for (EngineResult result : results) {
      out.println(line(titles, keys.stream().map(key -> cell(result.values().get(key))).toList()));
    }
  }

  private static String line(List<String> titles, List<String> cells) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      int width = Math.max(10, titles.get(i).length());
      padded.add(String.format(Locale.ROOT, "%" + width + "s", cells.get(i)));
    }
    return String.join("  ", padded);
  }

  private static String cell(JsonNode value) {
    if (value == null || value.isNull()) {
      return "";
    }
    return value.isDouble()
        ? new BigDecimal(value.asText()).toPlainString()
        : value.isIntegralNumber()
            ? String.format(Locale.ROOT, "%,d", value.asLong())
            : value.asText();
  }
}
