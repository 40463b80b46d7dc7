package io.lengthwise.cli.console;

/** A command failed. The message is for the user. The exit code is 1. */
public final class CommandFailure extends RuntimeException {

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }

  public CommandFailure(String message) {
    super(message);
  }
}
