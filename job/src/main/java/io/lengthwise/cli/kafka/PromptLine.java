package io.lengthwise.cli.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of a file of prompts, as it is sent.
 *
 * <p>A line that begins with a brace is a line of the OpenAI Batch API and is sent unchanged. Any
 * other line is the text of a prompt, and a line of the Batch API is made for it. Blank lines are
 * left out.
 *
 * @param id the request's custom_id, or an id with the line's number; it is the record's key
 * @param text the prompt for people
 * @param record the value of the record
 */
public record PromptLine(String id, String text, String record) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a file of prompts, in UTF-8.
   *
   * @param model the model of the requests that are made for plain prompts
   * @param maxTokens the most tokens of an answer to them
   */
  public static List<PromptLine> read(InputStream stream, String model, int maxTokens)
      throws IOException {
    List<PromptLine> prompts = new ArrayList<>();
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (!line.isBlank()) {
        String id = "prompt-" + number;
        prompts.add(
            line.stripLeading().startsWith("{")
                ? ofRecord(line, id)
                : ofText(line.strip(), id, model, maxTokens));
      }
    }
    return prompts;
  }

  private static PromptLine ofText(String text, String id, String model, int maxTokens) {
    ObjectNode record = JSON.createObjectNode();
    record.put("custom_id", id).put("method", "POST").put("url", "/v1/chat/completions");
    ObjectNode body = record.putObject("body");
    body.put("model", model);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    body.put("max_tokens", maxTokens).put("temperature", 0);
    return new PromptLine(id, text, record.toString());
  }

  /** A line that is not JSON is sent as well: the job answers it with an error. */
  private static PromptLine ofRecord(String record, String fallbackId) {
    try {
      JsonNode root = JSON.readTree(record);
      JsonNode body = root.path("body").isMissingNode() ? root : root.path("body");
      JsonNode messages = body.path("messages");
      JsonNode text =
          messages.isEmpty()
              ? body.path("prompt")
              : messages.path(messages.size() - 1).path("content");
      return new PromptLine(
          root.path("custom_id").asText(fallbackId),
          text.isTextual() ? text.asText() : text.toString(),
          record);
    } catch (JsonProcessingException e) {
      return new PromptLine(fallbackId, record, record);
    }
  }
}
