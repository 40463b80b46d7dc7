package io.lengthwise.job.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.request.Message;
import io.lengthwise.request.WellFormed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the text of a request: the messages of a chat, or a plain prompt. */
final class PromptFields {

  private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
  private static final Set<String> TOOL_ROLES = Set.of("tool", "function");

  private PromptFields() {}

  /** Reads the messages of a chat, at least one. */
  static List<Message> messages(RecordJson body) {
    if (!body.has("messages")) {
      throw body.missing("messages", "give a list of messages, each with a role and content");
    }
    String rule = "must be a list of at least one message";
    List<JsonNode> elements = body.list("messages", Integer.MAX_VALUE, rule);
    if (elements.isEmpty()) {
      throw body.invalid("messages", body.node("messages"), rule);
    }
    List<Message> messages = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      String name = "messages[%d]".formatted(i);
      if (!elements.get(i).isObject()) {
        throw body.invalid(name, elements.get(i), "must be an object with a role and content");
      }
      messages.add(message(new RecordJson(elements.get(i), name + ".")));
    }
    return messages;
  }

  private static Message message(RecordJson message) {
    String role = message.text("role");
    if (role == null) {
      throw message.missing("role", "give system, developer, user or assistant");
    }
    if (TOOL_ROLES.contains(role) || asksForTools(message)) {
      throw message.unsupported("role", "cannot take part in calls of tools or functions");
    }
    if (!ROLES.contains(role)) {
      throw message.invalid(
          "role", message.node("role"), "must be system, developer, user or assistant");
    }
    return new Message(role, content(message));
  }

  private static boolean asksForTools(RecordJson message) {
    JsonNode calls = message.node("tool_calls");
    return message.has("function_call") || (calls != null && !calls.isEmpty());
  }

  private static String content(RecordJson message) {
    if (!message.has("content")) {
      throw message.missing("content", "give a string or a list of text parts");
    }
    JsonNode content = message.node("content");
    if (!content.isArray()) {
      return message.text("content");
    }
    if (content.isEmpty()) {
      throw message.invalid("content", content, "must hold at least one part");
    }
    List<String> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      String name = "content[%d]".formatted(i);
      if (!content.get(i).isObject()) {
        throw message.invalid(name, content.get(i), "must be an object with a type");
      }
      parts.add(part(new RecordJson(content.get(i), message.pathOf(name) + ".")));
    }
    return String.join("\n", parts);
  }

  private static String part(RecordJson part) {
    String type = part.text("type");
    if (!"text".equals(type)) {
      throw part.unsupported("type", "must be text: the model reads nothing else");
    }
    String text = part.text("text");
    if (text == null) {
      throw part.missing("text", "give the part's text");
    }
    return text;
  }

  /**
   * Reads the prompt of a plain completion, which is not empty. A list with one text counts as this
   * text.
   */
  static String prompt(RecordJson body) {
    JsonNode value = body.node("prompt");
    if (value == null) {
      throw body.missing("prompt", "give the text to complete");
    }
    if (value.isArray() && (value.size() != 1 || !value.get(0).isTextual())) {
      throw body.unsupported(
          "prompt", "must be one text: send a record for each prompt, and text in place of tokens");
    }
    JsonNode text = value.isArray() ? value.get(0) : value;
    if (!text.isTextual() || text.textValue().isEmpty()) {
      throw body.invalid("prompt", text, "must be a string that is not empty");
    }
    return WellFormed.text(text.textValue());
  }
}
