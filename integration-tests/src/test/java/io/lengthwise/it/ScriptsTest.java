package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the shell scripts of the repository: files whose first line names bash. */
class ScriptsTest {

  private static final InstalledTool SHELLCHECK = new InstalledTool("shellcheck", "shellcheck");

  private static final String FIRST_LINE = "#!/usr/bin/env bash";

  static Stream<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>();
    for (Path file : RepositoryFiles.list()) {
      if (Files.isReadable(file) && FIRST_LINE.equals(firstLine(file))) {
        scripts.add(RepositoryFiles.ROOT.relativize(file));
      }
    }
    return scripts.stream();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void shellcheckFindsNothing(Path script) throws Exception {
    SHELLCHECK.accepts(RepositoryFiles.ROOT, List.of(script.toString()));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void scriptIsExecutable(Path script) {
    assertThat(RepositoryFiles.ROOT.resolve(script)).isExecutable();
  }

  @Test
  void scriptsAreFound() throws IOException {
    assertThat(scripts().map(Path::toString))
        .contains("lengthwise", ".ci/run", "docker/build", "deploy/create-topics");
  }

  /** Reads the first line as bytes, because many files are binary. */
  private static String firstLine(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      char[] start = new char[FIRST_LINE.length()];
      int read = reader.read(start);
      return read < start.length ? "" : new String(start);
    }
  }
}
