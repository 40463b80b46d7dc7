package io.lengthwise.job.cli;

import java.time.Duration;

/**
 * A line about how far something is: rewritten in place on a terminal, written anew every few
 * seconds elsewhere.
 */
final class StatusLine {

  private static final long LINE_INTERVAL = Duration.ofSeconds(5).toNanos();
  private static final String REWRITE = "\r\u001b[K";

  private final Console console;
  private long lastLine = System.nanoTime() - LINE_INTERVAL;
  private boolean isOpen;

  StatusLine(Console console) {
    this.console = console;
  }

  /** Shows the state of now. */
  void show(String text) {
    if (console.isTerminal()) {
      console.err().print(REWRITE + text);
      console.err().flush();
      isOpen = true;
    } else if (System.nanoTime() - lastLine >= LINE_INTERVAL) {
      console.err().println(text);
      lastLine = System.nanoTime();
    }
  }

  /** Ends the line, so that others can write. */
  void end() {
    if (isOpen) {
      console.err().print(REWRITE);
      console.err().flush();
      isOpen = false;
    }
  }
}
