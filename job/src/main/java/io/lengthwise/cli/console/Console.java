package io.lengthwise.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The output of a command: results go to standard output, and everything else goes to standard
 * error. Both are UTF-8, whatever the locale.
 *
 * @param out results
 * @param err progress, notes and errors
 * @param isTerminal whether a line on {@code err} may be overwritten
 */
public record Console(PrintStream out, PrintStream err, boolean isTerminal) {

  /** The console of this process. */
  public static Console ofProcess() {
    // System.console() tells about standard input and output. A terminal also sets TERM.
    boolean isTerminal = System.console() != null && System.getenv("TERM") != null;
    return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), isTerminal);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Returns a console that writes results to standard error as well. */
  public Console withOutToErr() {
    return new Console(err, err, isTerminal);
  }
}
