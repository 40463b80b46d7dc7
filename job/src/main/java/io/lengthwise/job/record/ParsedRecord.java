package io.lengthwise.job.record;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;

/** The outcome of parsing a record. */
sealed interface ParsedRecord {

  /** A valid request. */
  record Accepted(GenerationRequest request) implements ParsedRecord {}

  /** A request with an id that is refused. The result is the error to send back. */
  record Refused(GenerationResult result) implements ParsedRecord {}

  /** A record without a usable id. */
  record Unreadable(DeadLetter deadLetter) implements ParsedRecord {}
}
