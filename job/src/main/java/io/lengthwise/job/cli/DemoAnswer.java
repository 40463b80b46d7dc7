package io.lengthwise.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;

/**
 * What became of a prompt of the demo.
 *
 * @param id the request's id
 * @param text the answer, or what was wrong
 * @param isError whether it was not answered
 * @param predictedTokens the predicted length
 * @param tokens the length
 * @param seconds from sending the prompt to receiving this
 */
record DemoAnswer(
    String id, String text, boolean isError, double predictedTokens, int tokens, double seconds) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a record of the responses topic. */
  static DemoAnswer ofResponse(byte[] record, double seconds) throws IOException {
    JsonNode root = JSON.readTree(record);
    String id = root.path("custom_id").asText();
    JsonNode body = root.path("response").path("body");
    JsonNode choice = body.path("choices").path(0);
    if (choice.isMissingNode()) {
      JsonNode error = root.path("error").isObject() ? root.path("error") : body.path("error");
      return new DemoAnswer(id, error.path("message").asText(), true, 0, 0, seconds);
    }
    JsonNode text =
        choice.has("message") ? choice.path("message").path("content") : choice.path("text");
    return new DemoAnswer(
        id,
        text.asText(),
        false,
        body.path("lengthwise").path("predicted_tokens").asDouble(),
        body.path("usage").path("completion_tokens").asInt(),
        seconds);
  }

  /** The answer for people, under the prompt it answers. */
  String describe(String prompt) {
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
