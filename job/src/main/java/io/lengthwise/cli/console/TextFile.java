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
import java.util.zip.GZIPInputStream;

/** Files of text in UTF-8, plain or gzipped. */
public final class TextFile {

  private static final int BUFFER = 1 << 16;

  private TextFile() {}

  /** Opens one. It may come through a pipe, without a name that tells, so its first bytes tell. */
  public static BufferedReader open(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    // Not Files.newInputStream, which asks a pipe for its position.
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
}
