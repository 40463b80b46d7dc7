package io.lengthwise.it;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A record and its expected outcome.
 *
 * @param name what is special about it
 * @param key its key, null for none
 * @param value its value, null for a tombstone
 * @param outcome {@code answered}, the code of an error, or {@code dead:} and the class of a dead
 *     letter
 */
record KindOfRecord(String name, byte[] key, byte[] value, String outcome) {

  private static final byte[] KEY = utf8("key");
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETION = "/v1/completions";

  /** Valid records, also unusual ones. Some have the same id. */
  static List<KindOfRecord> good() {
    return List.of(
        answered("a chat", null, line(CHAT, body(""))),
        answered("a line with a key", KEY, line(CHAT, body(""))),
        answered("a bare body with a key", KEY, body("")),
        answered("a plain completion", null, line(COMPLETION, "{\"prompt\": \"Hi\"}")),
        answered(
            "a list of parts", null, line(CHAT, user("[{\"type\": \"text\", \"text\": \"Hi\"}]"))),
        answered("no content", null, line(CHAT, user("\"\""))),
        answered("a model", null, line(CHAT, body(", \"model\": \"tiny\""))),
        answered("sampling", null, line(CHAT, body(", \"temperature\": 1.5, \"stop\": \"x\""))));
  }

  /** Small records that the job must refuse or write to the dead-letter topic. */
  static List<KindOfRecord> bad() {
    return Stream.of(unreadable(), refusedFields(), refusedPrompts())
        .flatMap(List::stream)
        .toList();
  }

  /** Records of megabytes. */
  static List<KindOfRecord> large() {
    return List.of(
        dead("50 MB", KEY, new byte[50 << 20], "record_too_large"),
        dead("5 MB of JSON", null, utf8(line(CHAT, user(text(5 << 20)))), "record_too_large"),
        dead("3 MB of nothing", null, new byte[3 << 20], "invalid_json"),
        dead("3 MB of brackets", null, utf8("[".repeat(3 << 20)), "invalid_json"),
        refused("a prompt of 3 MB", user(text(3 << 20)), "context_length_exceeded"));
  }

  private static List<KindOfRecord> unreadable() {
    return List.of(
        dead("a tombstone", KEY, null, "tombstone"),
        dead("a tombstone without a key", null, null, "tombstone"),
        dead("empty", null, utf8(""), "empty_record"),
        dead("blank", null, utf8(" \r\n"), "empty_record"),
        dead("invalid UTF-8", null, new byte[] {'"', (byte) 0xC3, 0x28, '"'}, "invalid_utf8"),
        dead("not JSON", null, utf8("Hello"), "invalid_json"),
        dead("cut off", null, utf8("{\"custom_id\": \"a\", \"body\": {"), "invalid_json"),
        dead("two objects", null, utf8("{} {}"), "invalid_json"),
        dead(
            "a field twice",
            null,
            utf8("{\"custom_id\": \"a\", \"custom_id\": \"b\"}"),
            "invalid_json"),
        dead("a bare NaN", null, utf8(line(CHAT, body(", \"temperature\": NaN"))), "invalid_json"),
        dead("a list", null, utf8("[1, 2]"), "not_an_object"),
        dead("a number", null, utf8("17"), "not_an_object"),
        dead("null", null, utf8("null"), "not_an_object"),
        dead("neither an id nor a key", null, utf8(body("")), "missing_id"),
        dead("an id of another type", KEY, utf8("{\"custom_id\": 5, \"body\": {}}"), "invalid_id"),
        dead("an empty id", null, utf8("{\"custom_id\": \"\"}"), "invalid_id"),
        dead("an endless id", null, utf8("{\"custom_id\": %s}".formatted(text(600))), "invalid_id"),
        dead("a key that is no text", new byte[] {(byte) 0xFF}, utf8("{}"), "invalid_id"));
  }

  private static List<KindOfRecord> refusedFields() {
    return List.of(
        refused("an unknown model", body(", \"model\": \"gpt\""), "model_not_found"),
        refused("negative max_tokens", body(", \"max_completion_tokens\": -1"), "invalid_value"),
        refused("zero max_tokens", body(", \"max_completion_tokens\": 0"), "invalid_value"),
        refused("huge max_tokens", body(", \"max_completion_tokens\": 1e30"), "invalid_value"),
        refused(
            "max_tokens beyond the context",
            body(", \"max_completion_tokens\": 100000"),
            "context_length_exceeded"),
        refused("a negative temperature", body(", \"temperature\": -1"), "invalid_value"),
        refused("NaN in quotes", body(", \"temperature\": \"NaN\""), "invalid_value"),
        refused("top_p of 2", body(", \"top_p\": 2"), "invalid_value"),
        refused("n of 2", body(", \"n\": 2"), "unsupported_parameter"),
        refused(
            "100 stop strings",
            body(", \"stop\": [\"x\"%s]".formatted(", \"x\"".repeat(99))),
            "invalid_value"),
        refused("an unknown token", body(", \"stop_token_ids\": [99999]"), "invalid_value"),
        refused("a deadline long ago", body(", \"deadline_ms\": 1"), "deadline_exceeded"));
  }

  private static List<KindOfRecord> refusedPrompts() {
    return List.of(
        refused("an empty body", "{}", "missing_required_parameter"),
        refused("a body of another type", "[]", "invalid_value"),
        refused("no messages", "{\"messages\": null}", "missing_required_parameter"),
        refused("empty messages", "{\"messages\": []}", "invalid_value"),
        refused("messages of another type", "{\"messages\": \"Hi\"}", "invalid_value"),
        refused("a message of another type", "{\"messages\": [\"Hi\"]}", "invalid_value"),
        refused(
            "a wrong role",
            "{\"messages\": [{\"role\": \"boss\", \"content\": \"Hi\"}]}",
            "invalid_value"),
        refused(
            "an image",
            user("[{\"type\": \"image_url\", \"image_url\": {\"url\": \"x\"}}]"),
            "unsupported_parameter"),
        refused("a prompt beyond the context", user(text(2000)), "context_length_exceeded"));
  }

  private static KindOfRecord answered(String name, byte[] key, String value) {
    return new KindOfRecord(name, key, utf8(value), "answered");
  }

  private static KindOfRecord refused(String name, String body, String code) {
    return new KindOfRecord(name, null, utf8(line(CHAT, body)), code);
  }

  private static KindOfRecord dead(String name, byte[] key, byte[] value, String errorClass) {
    return new KindOfRecord(name, key, value, "dead:" + errorClass);
  }

  private static String line(String url, String body) {
    return "{\"custom_id\": \"same\", \"method\": \"POST\", \"url\": \"%s\", \"body\": %s}"
        .formatted(url, body);
  }

  /** The body of a valid chat with more fields, each after a comma. */
  private static String body(String moreFields) {
    return "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]%s}".formatted(moreFields);
  }

  private static String user(String content) {
    return "{\"messages\": [{\"role\": \"user\", \"content\": %s}]}".formatted(content);
  }

  private static String text(int characters) {
    return "\"%s\"".formatted("word ".repeat(characters / 5));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
