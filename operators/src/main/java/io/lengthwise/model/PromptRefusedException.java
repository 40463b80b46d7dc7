package io.lengthwise.model;

import io.lengthwise.request.RequestError;

/** A request that the model cannot answer, with the error that its caller gets. */
public final class PromptRefusedException extends Exception {

  private final RequestError error;

  PromptRefusedException(RequestError error) {
    // No stack trace: a refusal is an ordinary outcome, and there may be many a second.
    super(error.message(), null, false, false);
    this.error = error;
  }

  public RequestError error() {
    return error;
  }
}
