package io.lengthwise.job.record;

/** Carries the reason why a record becomes a dead letter. */
public final class UnreadableException extends Exception {

  private final String word;

  UnreadableException(String word, String message) {
    // Part of the traffic, as refusals are: no stack trace.
    super(message, null, false, false);
    this.word = word;
  }

  /** The stable word for the cause. */
  public String word() {
    return word;
  }
}
