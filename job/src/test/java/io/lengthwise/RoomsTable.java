package io.lengthwise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of packages in CONTRIBUTING.md.
 *
 * @param mayUse the other packages of ours that each package may use
 */
record RoomsTable(Map<String, Set<String>> mayUse) {

  private static final String ROOT = "io.lengthwise";

  /** A row: module, package, content, the packages it may use, the classes to read first. */
  private static final Pattern ROW =
      Pattern.compile("\\| (?:operators|job) \\| `([a-z.]+)` \\|[^|]*\\|([^|]*)\\|[^|]*\\|");

  private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

  static RoomsTable read() {
    Map<String, Set<String>> rows = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("..", "CONTRIBUTING.md"))) {
        ROW.matcher(line)
            .results()
            .forEach(
                row ->
                    rows.put(
                        "%s.%s".formatted(ROOT, row.group(1)),
                        NAME.matcher(row.group(2))
                            .results()
                            .map(name -> "%s.%s".formatted(ROOT, name.group(1)))
                            .collect(Collectors.toSet())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RoomsTable(rows);
  }

  boolean allows(String user, String used) {
    return !used.startsWith(ROOT)
        || used.equals(user)
        || mayUse.getOrDefault(user, Set.of()).contains(used);
  }
}
