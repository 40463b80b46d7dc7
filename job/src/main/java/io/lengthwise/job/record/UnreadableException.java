package io.lengthwise.job.record;

/** A record that becomes a dead letter, with the cause. */
public final class UnreadableException extends Exception {

  private final String word;

  UnreadableException(String word, String message) {
    // Part of the traffic, as refusals are: no stack trace.
    super(message, null, false, false);
    this.word = word;
  }

  /** The stable name of the cause. */
  public String word() {
    return word;
  }
}
