package io.lengthwise.job.record;

import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.Header;
import io.lengthwise.request.RequestError;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;

/** When a request's answer is no longer wanted: its field or its record's header says so. */
final class Deadline {

  /** A body's field: epoch milliseconds. */
  static final String FIELD = "deadline_ms";

  /** A record's header: epoch milliseconds, or a time such as {@code 2026-11-24T10:00:00Z}. */
  static final String HEADER = "lengthwise-deadline";

  private Deadline() {}

  /**
   * Epoch milliseconds; the earlier where both field and header say one. What lies before 1970 is
   * 0, which has passed as well and leaves room for arithmetic.
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
