package io.lengthwise.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;

/**
 * What became of a prompt of the demo.
 *
 * @param id the request's id
 * @param prompt the prompt, empty until it is known
 * @param position its place in the order in which prompts were sent, from 0
 * @param text the answer, or what was wrong
 * @param isError whether it was not answered
 * @param predictedTokens the predicted length
 * @param tokens the length
 * @param seconds from sending the prompt to receiving this
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

  /** Reads a record of the responses topic, which does not say to which prompt and when. */
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

  /** This as the answer to a prompt. */
  DemoAnswer to(String itsPrompt, int itsPosition, double itsSeconds) {
    return new DemoAnswer(
        id, itsPrompt, itsPosition, text, isError, predictedTokens, tokens, itsSeconds);
  }

  /** By how many tokens the prediction was off. */
  double error() {
    return Math.abs(predictedTokens - tokens);
  }

  /** The answer for people, under the prompt it answers. */
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
