package io.lengthwise.cli.models;

import io.lengthwise.cli.console.Console;
import io.lengthwise.cli.console.StatusLine;

/**
 * Shows the progress of a fetch. A terminal shows a bar; other outputs get a line at every tenth of
 * the file.
 */
public final class ConsoleFetchProgress implements FetchProgress {

  private static final int BAR_WIDTH = 30;

  private final Console console;
  private final StatusLine bar;
  private long shown = -1;

  public ConsoleFetchProgress(Console console) {
    this.console = console;
    this.bar = new StatusLine(console);
  }

  @Override
  public void note(String message) {
    bar.end();
    console.err().println(message);
    shown = -1;
  }

  @Override
  public void received(long bytes, long total) {
    long percent = bytes * 100 / total;
    if (console.isTerminal()) {
      if (percent != shown) {
        int full = (int) (bytes * BAR_WIDTH / total);
        bar.show(
            "[%s%s] %3d %%  %s of %s"
                .formatted(
                    "#".repeat(full),
                    " ".repeat(BAR_WIDTH - full),
                    percent,
                    CatalogModel.megabytes(bytes),
                    CatalogModel.megabytes(total)));
        shown = percent;
      }
    } else if (percent / 10 != shown && percent >= 10) {
      console.err().println("  " + percent + " % of " + CatalogModel.megabytes(total));
      shown = percent / 10;
    }
  }
}
