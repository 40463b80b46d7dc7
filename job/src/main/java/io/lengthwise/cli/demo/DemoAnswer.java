package io.lengthwise.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;

/**
 * The outcome of a prompt of the demo.
 *
 * @param id the request's id
 * @param prompt the prompt, empty until it is known
 * @param position the index of the prompt in the order of sending, from 0
 * @param text the answer or the error message
 * @param isError whether the prompt was not answered
 * @param predictedTokens the predicted length
 * @param tokens the length
 * @param seconds from sending the prompt to receiving the outcome
 */
record DemoAnswer(
    String id,
    String prompt,
    int position,
    String text,
    boolean isError,
    double predictedTokens,
    int tokens,
    double seconds) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a record of the responses topic. The record contains neither the prompt nor the time of
   * sending.
   */
  static DemoAnswer ofResponse(byte[] record) throws IOException {
    JsonNode root = JSON.readTree(record);
    String id = root.path("custom_id").asText();
    JsonNode body = root.path("response").path("body");
    JsonNode choice = body.path("choices").path(0);
    if (choice.isMissingNode()) {
      JsonNode error = root.path("error").isObject() ? root.path("error") : body.path("error");
      return ofError(id, error.path("message").asText());
    }
    JsonNode text =
        choice.has("message") ? choice.path("message").path("content") : choice.path("text");
    return new DemoAnswer(
        id,
        "",
        0,
        text.asText(),
        false,
        body.path("lengthwise").path("predicted_tokens").asDouble(),
        body.path("usage").path("completion_tokens").asInt(),
        0);
  }

  static DemoAnswer ofError(String id, String message) {
    return new DemoAnswer(id, "", 0, message, true, 0, 0, 0);
  }

  /** Returns this outcome with its prompt, position and time. */
  DemoAnswer to(String itsPrompt, int itsPosition, double itsSeconds) {
    return new DemoAnswer(
        id, itsPrompt, itsPosition, text, isError, predictedTokens, tokens, itsSeconds);
  }

  /** The absolute error of the predicted length, in tokens. */
  double error() {
    return Math.abs(predictedTokens - tokens);
  }

  /** Formats the prompt and its answer for people. */
  String describe() {
    String head =
        isError
            ? String.format(Locale.ROOT, "[%s] not answered after %.1f s", id, seconds)
            : String.format(
                Locale.ROOT,
                "[%s] predicted %.0f tokens, has %d, after %.1f s",
                id,
                predictedTokens,
                tokens,
                seconds);
    return "%s%n> %s%n%s%n".formatted(head, prompt, text.strip());
  }
}
