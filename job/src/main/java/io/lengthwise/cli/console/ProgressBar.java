package io.lengthwise.cli.console;

/** A bar of characters that shows how much of something is done. */
public final class ProgressBar {

  private static final int WIDTH = 30;

  private ProgressBar() {}

  /** Returns the bar of a state, for a {@link StatusLine}. */
  public static String of(String title, int done, int all) {
    int filled = (int) ((long) WIDTH * done / all);
    return "%s [%s%s] %d of %d"
        .formatted(title, "#".repeat(filled), ".".repeat(WIDTH - filled), done, all);
  }
}
