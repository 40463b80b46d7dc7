package io.lengthwise.cli.console;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Text files in UTF-8, plain or gzipped. */
public final class TextFile {

  private static final int BUFFER = 1 << 16;

  private TextFile() {}

  /**
   * Opens a file. Its first bytes say whether it is gzipped, because the name of a pipe says
   * nothing.
   */
  public static BufferedReader open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    // Files.newInputStream does not work here: it asks a pipe for its position.
    InputStream raw = new FileInputStream(file.toFile());
    try {
      InputStream stream = new BufferedInputStream(raw, BUFFER);
      stream.mark(2);
      boolean isZipped = stream.read() == 0x1f && stream.read() == 0x8b;
      stream.reset();
      return new BufferedReader(
          new InputStreamReader(
              isZipped ? new GZIPInputStream(stream, BUFFER) : stream, StandardCharsets.UTF_8));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Parses a line of a file. */
  public interface LineParser<T> {

    /**
     * Parses a line.
     *
     * @param number the number of the line, from 1
     * @return null for a line that is left out
     * @throws IllegalArgumentException with the problem of the line
     */
    T parse(String line, int number);
  }

  /**
   * Parses the lines of a file that the user named. Blank lines are left out.
   *
   * @param most the most values that are read, from the start of the file
   * @param content what the file should contain, for the error
   * @throws CommandFailure if the file or a line cannot be read, or the file contains no value
   */
  public static <T> List<T> parse(Path file, int most, String content, LineParser<T> parser) {
    List<T> values = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = open(file)) {
      String line = lines.readLine();
      for (; line != null && values.size() < most; line = lines.readLine()) {
        number++;
        T value = line.isBlank() ? null : parser.parse(line, number);
        if (value != null) {
          values.add(value);
        }
      }
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no file " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          "%s cannot be read beyond line %d: %s".formatted(file, number, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("%s, line %d: %s".formatted(file, number, e.getMessage()), e);
    }
    if (values.isEmpty()) {
      throw new CommandFailure("%s holds no %s".formatted(file, content));
    }
    return values;
  }
}
