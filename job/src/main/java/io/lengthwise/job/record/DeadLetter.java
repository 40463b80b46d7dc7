package io.lengthwise.job.record;

/**
 * A record without a usable request id, so that no response is possible.
 *
 * @param record the record, unchanged
 * @param cause a stable word: {@code tombstone}, {@code empty_record}, {@code record_too_large},
 *     {@code invalid_utf8}, {@code invalid_json}, {@code not_an_object}, {@code missing_id}, {@code
 *     invalid_id}, or {@code parser_failed} for a mistake of ours
 * @param message what was wrong
 */
public record DeadLetter(InputRecord record, String cause, String message) {}
