package io.lengthwise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Limits the sizes of packages and files. Also checks that the table of CONTRIBUTING.md has every
 * package.
 */
class RoomSizesTest {

  private static final int MOST_CLASSES = 28;
  private static final int MOST_LINES = 300;

  /** A list of options, which readers search. */
  private static final Set<String> LONG_FILES = Set.of("LengthwiseOptions.java");

  @Test
  void tableHasEveryPackageAndNoOther() throws IOException {
    assertThat(packages()).containsOnlyKeys(RoomsTable.read().mayUse().keySet());
  }

  @Test
  void packagesHoldFewClasses() throws IOException {
    assertThat(packages())
        .allSatisfy(
            (name, files) -> assertThat(files).as(name).hasSizeLessThanOrEqualTo(MOST_CLASSES));
  }

  @Test
  void filesAreShort() throws IOException {
    for (Path file : sources()) {
      if (!LONG_FILES.contains(file.getFileName().toString())) {
        assertThat(Files.readAllLines(file).size()).as("%s", file).isLessThanOrEqualTo(MOST_LINES);
      }
    }
  }

  private static Map<String, List<Path>> packages() throws IOException {
    return sources().stream().collect(Collectors.groupingBy(RoomSizesTest::packageOf));
  }

  private static String packageOf(Path file) {
    String folder = file.getParent().toString().replace('\\', '/');
    return folder.substring(folder.indexOf("/java/") + "/java/".length()).replace('/', '.');
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : List.of("operators", "job")) {
      try (Stream<Path> tree = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        tree.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.endsWith("package-info.java"))
            .forEach(files::add);
      }
    }
    return files;
  }
}
