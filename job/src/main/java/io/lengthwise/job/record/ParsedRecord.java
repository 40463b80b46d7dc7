package io.lengthwise.job.record;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;

/** What a record turned out to be. */
sealed interface ParsedRecord {

  /** A request to answer. */
  record Accepted(GenerationRequest request) implements ParsedRecord {}

  /** A request with an id and a mistake: the result is the error to send back. */
  record Refused(GenerationResult result) implements ParsedRecord {}

  /** Nothing that an answer can be addressed to. */
  record Unreadable(DeadLetter deadLetter) implements ParsedRecord {}
}
