package io.lengthwise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Numbers have the same format on every machine, whatever its locale. */
class LocaleTest {

  /** A conversion whose result depends on the separators of a locale. */
  private static final Pattern SEPARATOR =
      Pattern.compile("%[-#+ 0(]*(,[-#+ 0(]*[0-9]*d|,?[0-9]*([.][0-9]+)?[feEgG])");

  private static final Pattern FORMATS =
      Pattern.compile("[.]formatted\\(|printf\\(|String[.]format\\(");

  @Test
  void numbersWithSeparatorsAreFormattedWithoutTheMachinesLocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources()) {
      statementsWithMachinesLocale(Files.readString(file))
          .forEach(statement -> found.add(file + ": " + statement));
    }
    assertThat(found).as("pass Locale.ROOT").isEmpty();
  }

  @Test
  void formatsThatDependOnTheLocaleAreFound() {
    assertThat(statementsWithMachinesLocale("a = \"%.1f\".formatted(b);\n")).hasSize(1);
    assertThat(statementsWithMachinesLocale("out.printf(\"%,d%n\", b);\n")).hasSize(1);
    assertThat(statementsWithMachinesLocale("out.printf(Locale.ROOT, \"%,d\", b);\n")).isEmpty();
    assertThat(statementsWithMachinesLocale("a = \"%d of %s\".formatted(b, c);\n")).isEmpty();
  }

  private static List<String> statementsWithMachinesLocale(String source) {
    return Stream.of(source.split(";\\R"))
        .filter(statement -> SEPARATOR.matcher(statement).find())
        .filter(statement -> FORMATS.matcher(statement).find())
        .filter(statement -> !statement.contains("Locale.ROOT"))
        .map(String::strip)
        .toList();
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : List.of("operators", "job", "integration-tests")) {
      try (Stream<Path> tree = Files.walk(Path.of("..", module, "src"))) {
        tree.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("LocaleTest.java"))
            .forEach(files::add);
      }
    }
    return files;
  }
}
