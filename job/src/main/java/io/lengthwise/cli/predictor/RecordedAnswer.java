package io.lengthwise.cli.predictor;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A prompt and how long its answer became.
 *
 * @param prompt its text
 * @param length tokens of the answer (the greedy one where there are several), from 1 to the cap
 * @param longest tokens of the longest answer recorded for the prompt, from 1 to the cap
 * @param cap the most tokens that the answer could have
 * @param cut whether the answer was cut, so that all that is known is that it is at least this long
 */
public record RecordedAnswer(String prompt, int length, int longest, int cap, boolean cut) {

  /**
   * Reads a line's object; {@link RecordedAnswerReader} has the fields.
   *
   * @param defaultCap the cap of an object without {@code max_tokens}
   * @throws IllegalArgumentException says which field is wrong
   */
  static RecordedAnswer of(JsonNode object, int defaultCap) {
    int cap = object.has("max_tokens") ? tokens(object, "max_tokens") : defaultCap;
    JsonNode lengths = object.path("lengths");
    boolean samples = lengths.isObject();
    int length = samples ? tokens(lengths, "0.0") : tokens(object, "length");
    int longest = length;
    for (String temperature : (Iterable<String>) lengths::fieldNames) {
      longest = Math.max(longest, tokens(lengths, temperature));
    }
    boolean cut = object.path("cut").asBoolean(length == cap) || length > cap;
    return new RecordedAnswer(
        prompt(object), Math.min(length, cap), Math.min(longest, cap), cap, cut);
  }

  /**
   * What predictions are clipped to when they are compared with the length: of a cut answer its
   * length, since nobody knows how much longer it would have been.
   */
  int clip() {
    return cut ? length : cap;
  }

  /** The prompt of a line's object. */
  public static String prompt(JsonNode object) {
    if (object.has("prompt")) {
      return text(object, "prompt");
    }
    String input = object.has("input") ? text(object, "input") : "";
    return text(object, "instruction") + (input.isEmpty() ? "" : "\nInput:\n" + input);
  }

  private static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(
          value.isMissingNode()
              ? "it has neither \"prompt\" nor \"instruction\""
              : "\"%s\" must be a string, not %s".formatted(field, value));
    }
    return value.textValue();
  }

  private static int tokens(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isInt() || value.intValue() < 1) {
      throw new IllegalArgumentException(
          "\"%s\" must be a number of tokens, at least 1, %s"
              .formatted(field, value.isMissingNode() ? "and is missing" : "not " + value));
    }
    return value.intValue();
  }
}
