package io.lengthwise.model.jinja;

/** A template that cannot be read or rendered: the construct and its line. */
public final class JinjaException extends RuntimeException {

  private final int line;
  private final boolean raised;

  private JinjaException(String message, int line, boolean raised) {
    super(message);
    this.line = line;
    this.raised = raised;
  }

  static JinjaException of(String message) {
    return new JinjaException(message, 0, false);
  }

  static JinjaException raisedByTemplate(String message) {
    return new JinjaException(message, 0, true);
  }

  JinjaException at(int where) {
    return line > 0 ? this : new JinjaException(getMessage(), where, raised);
  }

  /** The line of the template, from 1. */
  public int line() {
    return line;
  }

  /** Whether the template itself refused what it was given, by {@code raise_exception}. */
  public boolean raised() {
    return raised;
  }
}
