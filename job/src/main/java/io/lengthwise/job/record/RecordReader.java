package io.lengthwise.job.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.request.WellFormed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the JSON object and the id of a record.
 *
 * <p>A record in which a field occurs twice is unreadable, since it is not clear which of the two
 * is meant.
 */
final class RecordReader {

  /** The most characters of an id. */
  static final int MAX_ID = 512;

  private static final int MAX_DEPTH = 100;
  private static final int MAX_MESSAGE = 300;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RecordReader() {}

  /**
   * Reads the JSON object of a record.
   *
   * @throws UnreadableException for a tombstone, an empty or too large record, and what is not
   *     UTF-8, not JSON or not an object
   */
  static JsonNode object(InputRecord record, int maxBytes) throws UnreadableException {
    if (record.value() == null) {
      throw new UnreadableException("tombstone", "The record has no value");
    }
    if (record.size() > maxBytes) {
      throw new UnreadableException(
          "record_too_large",
          "The record has %d bytes, more than the %d of requests.max-record-size"
              .formatted(record.size(), maxBytes));
    }
    String text = decode(record.value()).strip();
    if (text.isEmpty()) {
      throw new UnreadableException("empty_record", "The record holds nothing");
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) {
        throw new UnreadableException(
            "not_an_object", "The record is JSON, but not an object: " + RecordJson.quote(node));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new UnreadableException(
          "invalid_json", "The record is no JSON: " + shorten(e.getOriginalMessage()));
    }
  }

  private static String decode(byte[] value) throws UnreadableException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
      return marked ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UnreadableException("invalid_utf8", "The record is not UTF-8");
    }
  }

  /**
   * Returns the id of a request: its {@code custom_id}, or the key of the record if that is absent.
   *
   * @throws UnreadableException where there is none that an answer could carry
   */
  static String id(InputRecord record, JsonNode object) throws UnreadableException {
    if (object.hasNonNull("custom_id")) {
      JsonNode id = object.get("custom_id");
      if (!id.isTextual()) {
        throw new UnreadableException(
            "invalid_id", "custom_id must be a string; it is " + RecordJson.quote(id));
      }
      return usable(id.textValue(), "custom_id");
    }
    byte[] key = record.origin().key();
    if (key == null) {
      throw new UnreadableException("missing_id", "The record has neither a custom_id nor a key");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return usable(text, "the record's key, its id,");
    } catch (CharacterCodingException e) {
      throw new UnreadableException("invalid_id", "The record's key, its id, is not UTF-8");
    }
  }

  private static String usable(String id, String name) throws UnreadableException {
    if (id.isEmpty() || id.length() > MAX_ID || !WellFormed.isWellFormed(id)) {
      throw new UnreadableException(
          "invalid_id",
          "%s must be text of 1 to %d characters; it has %d".formatted(name, MAX_ID, id.length()));
    }
    return id;
  }

  private static String shorten(String message) {
    String text = WellFormed.text(message.replace('\n', ' '));
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...";
  }
}
