package io.lengthwise.cli.console;

import java.time.Duration;

/**
 * A line that shows progress. A terminal overwrites the line. Other outputs get a new line every
 * few seconds.
 */
public final class StatusLine {

  private static final long LINE_INTERVAL = Duration.ofSeconds(5).toNanos();
  private static final String REWRITE = "\r\u001b[K";

  private final Console console;
  private long lastLine = System.nanoTime() - LINE_INTERVAL;
  private boolean isOpen;

  public StatusLine(Console console) {
    this.console = console;
  }

  /** Shows the current state. */
  public void show(String text) {
    if (console.isTerminal()) {
      console.err().print(REWRITE + text);
      console.err().flush();
      isOpen = true;
    } else if (System.nanoTime() - lastLine >= LINE_INTERVAL) {
      console.err().println(text);
      lastLine = System.nanoTime();
    }
  }

  /** Ends the line, so that other output can follow. */
  public void end() {
    if (isOpen) {
      console.err().print(REWRITE);
      console.err().flush();
      isOpen = false;
    }
  }
}
