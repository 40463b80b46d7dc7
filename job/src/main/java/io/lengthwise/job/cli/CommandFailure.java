package io.lengthwise.job.cli;

/** A command did not do what it was called for; the message is for the user, exit code 1. */
final class CommandFailure extends RuntimeException {

  CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }

  CommandFailure(String message) {
    super(message);
  }
}
