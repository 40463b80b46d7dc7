package io.lengthwise.job;

/** Carries the reason why a record becomes a dead letter. */
final class UnreadableException extends Exception {

  private final String word;

  UnreadableException(String word, String message) {
    // Part of the traffic, as refusals are: no stack trace.
    super(message, null, false, false);
    this.word = word;
  }

  /** The stable word for the cause. */
  String word() {
    return word;
  }
}
