package io.lengthwise.model;

import io.lengthwise.request.RequestError;

/** A request that cannot be answered, and why. */
public final class RefusedException extends Exception {

  private final RequestError error;

  RefusedException(RequestError error) {
    // No stack trace: a refusal is an ordinary outcome, and there may be many a second.
    super(error.message(), null, false, false);
    this.error = error;
  }

  public RequestError error() {
    return error;
  }
}
