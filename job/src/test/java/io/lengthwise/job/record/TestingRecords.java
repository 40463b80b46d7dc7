package io.lengthwise.job.record;

import io.lengthwise.request.Header;
import io.lengthwise.request.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Records of the topic {@code requests} for tests. */
public final class TestingRecords {

  static final int MAX_BYTES = 4 << 20;

  static final RequestLimits LIMITS = new RequestLimits("tiny", MAX_BYTES, 4, 512, 64, 1024);

  private TestingRecords() {}

  /** A record without a key. */
  public static InputRecord record(String value) {
    return record(null, value);
  }

  public static InputRecord record(String key, String value) {
    return record(0, key, value == null ? null : utf8(value));
  }

  public static InputRecord record(long offset, String key, byte[] value, Header... headers) {
    Origin origin =
        new Origin("requests", 3, offset, key == null ? null : utf8(key), List.of(headers), 1000);
    return InputRecord.of(origin, value, MAX_BYTES);
  }

  /** A line of the OpenAI Batch API around the body of a chat. */
  static String line(String id, String body) {
    return """
        {"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body": %s}"""
        .formatted(id, body);
  }

  /** The body of a valid chat, with one more field. */
  static String chat(String field) {
    return """
        {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}]%s}"""
        .formatted(field.isEmpty() ? "" : ", " + field);
  }

  /** The body of a chat with these messages. */
  static String messages(String messages) {
    return "{\"messages\": %s}".formatted(messages);
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
