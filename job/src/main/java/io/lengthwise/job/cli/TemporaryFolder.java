package io.lengthwise.job.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is deleted with all it holds when it is closed or the JVM ends. */
final class TemporaryFolder implements AutoCloseable {

  private static final int ATTEMPTS = 20;

  private final Path path;
  private final CloseOnExit guard;

  private TemporaryFolder(Path path) {
    this.path = path;
    this.guard = CloseOnExit.of(this::delete);
  }

  static TemporaryFolder create(String prefix) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(prefix));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    guard.close();
  }

  /** At the end of the JVM others may still write here, hence the repetition. */
  private void delete() {
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(path); attempt++) {
      try {
        deleteOnce();
      } catch (IOException | UncheckedIOException e) {
        Thread.onSpinWait();
      }
    }
  }

  private void deleteOnce() throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(path)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
