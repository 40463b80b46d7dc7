package io.lengthwise.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears only when it is complete. It is written under a temporary name in the same
 * folder and then moved. If it is closed before that, it is deleted.
 */
public final class PendingFile implements AutoCloseable {

  private final Path target;
  private final Path pending;
  private final CloseOnExit guard;

  /**
   * Checks that the target can be written.
   *
   * @param target the path of the complete file
   * @throws CommandFailure if the target's folder does not exist, or the target is a folder
   */
  public PendingFile(Path target) {
    this.target = target.toAbsolutePath();
    Path folder = this.target.getParent();
    if (Files.isDirectory(this.target) || !Files.isDirectory(folder)) {
      throw new CommandFailure(
          target + " cannot be written: its folder must exist and it must not be one itself");
    }
    this.pending =
        folder.resolve(
            ".%s.%d.pending".formatted(target.getFileName(), ProcessHandle.current().pid()));
    this.guard = CloseOnExit.of(this::delete);
  }

  /** The temporary path to write to. */
  public Path path() {
    return pending;
  }

  /** Moves the complete file to the target. */
  public void move() throws IOException {
    Files.move(
        pending, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    guard.close();
  }

  private void delete() {
    try {
      Files.deleteIfExists(pending);
    } catch (IOException e) {
      // The name of the file says that it is temporary.
    }
  }
}
