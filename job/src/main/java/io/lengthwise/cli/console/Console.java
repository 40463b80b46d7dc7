package io.lengthwise.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes: results to standard output, everything about how it goes to standard
 * error, both in UTF-8 whatever the locale.
 *
 * @param out results
 * @param err progress, notes and errors
 * @param isTerminal whether a line on {@code err} may be rewritten in place
 */
public record Console(PrintStream out, PrintStream err, boolean isTerminal) {

  /** The console of this process. */
  public static Console ofProcess() {
    // System.console() asks about standard input and output; a terminal has TERM set besides.
    boolean isTerminal = System.console() != null && System.getenv("TERM") != null;
    return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), isTerminal);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** This, with results where the notes go. */
  public Console withOutToErr() {
    return new Console(err, err, isTerminal);
  }
}
