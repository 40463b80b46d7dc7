package io.lengthwise.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is written beside its place and moved there when it is whole; closed before that, it
 * is gone.
 */
public final class PendingFile implements AutoCloseable {

  private final Path place;
  private final Path pending;
  private final CloseOnExit guard;

  /**
   * @throws CommandFailure if no file can be written there
   */
  public PendingFile(Path place) {
    this.place = place.toAbsolutePath();
    Path folder = this.place.getParent();
    if (Files.isDirectory(this.place) || !Files.isDirectory(folder)) {
      throw new CommandFailure(
          place + " cannot be written: its folder must exist and it must not be one itself");
    }
    this.pending =
        folder.resolve(
            ".%s.%d.pending".formatted(place.getFileName(), ProcessHandle.current().pid()));
    this.guard = CloseOnExit.of(this::delete);
  }

  /** Where to write. */
  public Path path() {
    return pending;
  }

  /** Puts what was written in its place. */
  public void move() throws IOException {
    Files.move(pending, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    guard.close();
  }

  private void delete() {
    try {
      Files.deleteIfExists(pending);
    } catch (IOException e) {
      // Its name says what it is.
    }
  }
}
