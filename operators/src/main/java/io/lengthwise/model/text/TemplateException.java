package io.lengthwise.model.text;

/**
 * A chat template that cannot be rendered, or that refuses a conversation. The message names the
 * construct and the line.
 */
public final class TemplateException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final boolean raised;

  private TemplateException(String message, boolean raised, Throwable cause) {
    super(message, cause);
    this.raised = raised;
  }

  static TemplateException of(String message, Throwable cause) {
    return new TemplateException(message, false, cause);
  }

  static TemplateException raisedByTemplate(String message) {
    return new TemplateException(message, true, null);
  }

  /** Whether the template itself refused the conversation, with {@code raise_exception}. */
  boolean raised() {
    return raised;
  }
}
