package io.lengthwise.cli.predictor;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A prompt and the recorded length of its answer.
 *
 * @param prompt its text
 * @param length tokens of the answer (the greedy one if there are several), from 1 to the cap
 * @param longest tokens of the longest answer recorded for the prompt, from 1 to the cap
 * @param cap the most tokens that the answer could have
 * @param cut whether the answer was cut, so that only a lower bound of its length is known
 */
public record RecordedAnswer(String prompt, int length, int longest, int cap, boolean cut) {

  /**
   * Reads the JSON object of a line. {@link RecordedAnswerReader} lists the fields.
   *
   * @param defaultCap the cap of an object without {@code max_tokens}
   * @throws IllegalArgumentException with the field that is wrong
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
   * The bound to which predictions are clipped before they are compared with the length. For a cut
   * answer it is the length, because the real length is unknown.
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
