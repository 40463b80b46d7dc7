package io.lengthwise.cli.console;

/** A command did not do what it was called for; the message is for the user, exit code 1. */
public final class CommandFailure extends RuntimeException {

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }

  public CommandFailure(String message) {
    super(message);
  }
}
