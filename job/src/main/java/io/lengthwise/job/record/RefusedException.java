package io.lengthwise.job.record;

import io.lengthwise.request.RequestError;

/** Carries the reason for a refusal out of the depth of a request's body. */
final class RefusedException extends RuntimeException {

  private final transient RequestError error;

  RefusedException(RequestError error) {
    // Refusals are part of the traffic: a stack trace would cost more than the parsing.
    super(error.message(), null, false, false);
    this.error = error;
  }

  RequestError error() {
    return error;
  }
}
