package io.lengthwise.job.record;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Header;
import io.lengthwise.request.RequestError;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;

/** Reads the deadline of a request from a field of its body or from a header of its record. */
final class Deadline {

  /** The field of the body, in epoch milliseconds. */
  static final String FIELD = "deadline_ms";

  /**
   * The record's header, in epoch milliseconds or as a time such as {@code 2026-11-24T10:00:00Z}.
   */
  static final String HEADER = "lengthwise-deadline";

  private Deadline() {}

  /**
   * Returns the deadline in epoch milliseconds, the earlier one if both field and header have one.
   * A deadline before 1970 is returned as 0; it has passed too, and arithmetic with it cannot
   * overflow.
   */
  static long read(RecordJson body, List<Header> headers) {
    Long field =
        body.integer(FIELD, Long.MIN_VALUE, Long.MAX_VALUE, "must be a time in epoch milliseconds");
    long deadline = field == null ? GenerationRequest.NO_DEADLINE : field;
    for (Header header : headers) {
      if (header.name().equals(HEADER)) {
        deadline = Math.min(deadline, time(header));
      }
    }
    return Math.max(0, deadline);
  }

  private static long time(Header header) {
    String text =
        header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8).strip();
    try {
      return text.matches("-?\\d{1,18}")
          ? Long.parseLong(text)
          : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new RefusedFieldException(
          RequestError.invalid(
              HEADER,
              "The header %s must be epoch milliseconds or a time such as 2026-11-24T10:00:00Z"
                  .formatted(HEADER)));
    }
  }
}
