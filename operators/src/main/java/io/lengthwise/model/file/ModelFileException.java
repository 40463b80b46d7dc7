package io.lengthwise.model.file;

import java.nio.file.Path;

/** A model's file is missing, damaged or of a kind that Lengthwise does not run. */
public final class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error in a file.
   *
   * @param file the file
   * @param problem what is wrong with which field, and what to do if that is known
   */
  public ModelFileException(Path file, String problem) {
    super(file + ": " + problem);
  }

  public ModelFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
