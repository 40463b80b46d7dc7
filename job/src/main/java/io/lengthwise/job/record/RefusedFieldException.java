package io.lengthwise.job.record;

import io.lengthwise.request.RequestError;

/** A field of a request that is refused, with the error that its caller gets. */
final class RefusedFieldException extends RuntimeException {

  private final transient RequestError error;

  RefusedFieldException(RequestError error) {
    // No stack trace: clients cause refusals, and a trace costs more than the parsing.
    super(error.message(), null, false, false);
    this.error = error;
  }

  RequestError error() {
    return error;
  }
}
