package io.lengthwise.cli.console;

/**
 * Runs an action once: when this is closed, or when the JVM ends, whichever comes first. The second
 * caller waits until the action has ended.
 */
public final class CloseOnExit implements AutoCloseable {

  private static volatile boolean exiting;

  private final Runnable end;
  private final Thread hook = new Thread(this::exit, "close-on-exit");
  private boolean ended;

  private CloseOnExit(Runnable end) {
    this.end = end;
  }

  public static CloseOnExit of(Runnable end) {
    CloseOnExit guard = new CloseOnExit(end);
    Runtime.getRuntime().addShutdownHook(guard.hook);
    return guard;
  }

  @Override
  public void close() {
    endOnce();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending already.
    }
  }

  /** Returns whether the JVM began to end before something was closed, for example after Ctrl-C. */
  public static boolean isExiting() {
    return exiting;
  }

  private void exit() {
    exiting = true;
    endOnce();
  }

  private synchronized void endOnce() {
    if (!ended) {
      ended = true;
      end.run();
    }
  }
}
