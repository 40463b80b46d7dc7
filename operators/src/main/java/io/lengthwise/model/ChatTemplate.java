package io.lengthwise.model;

import io.lengthwise.model.jinja.JinjaException;
import io.lengthwise.model.jinja.JinjaTemplate;
import io.lengthwise.model.jinja.MarkedText;
import io.lengthwise.request.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The model's own template that makes a prompt of a conversation.
 *
 * <p>What a message says is marked as foreign in the rendered prompt, so that a control token which
 * a user spells out is told from the template's own.
 */
final class ChatTemplate {

  private static final Map<String, String> ROLES =
      Map.of("system", "system", "developer", "system", "user", "user", "assistant", "assistant");

  private static final Message SYSTEM = new Message("system", "Be brief.");
  private static final Message USER = new Message("user", "Hello.");
  private static final Message ASSISTANT = new Message("assistant", "Hello! How are you?");

  private final JinjaTemplate template;
  private final Map<String, Object> constants = new HashMap<>();

  private ChatTemplate(JinjaTemplate template, String bosToken, String eosToken) {
    this.template = template;
    constants.put("add_generation_prompt", true);
    constants.put("tools", null);
    constants.put("documents", null);
    if (bosToken != null) {
      constants.put("bos_token", bosToken);
    }
    if (eosToken != null) {
      constants.put("eos_token", eosToken);
    }
  }

  /**
   * Reads a template and tries it on two conversations.
   *
   * @param source the template
   * @param file where it is from
   * @param bosToken null where the model has none
   * @param eosToken null where the model has none
   * @throws ModelFileException for a template that cannot be rendered: the line and the construct
   */
  static ChatTemplate of(String source, Path file, String bosToken, String eosToken) {
    try {
      ChatTemplate template = new ChatTemplate(JinjaTemplate.parse(source), bosToken, eosToken);
      template.render(List.of(USER));
      template.probe(List.of(SYSTEM, USER));
      template.probe(List.of(USER, ASSISTANT, USER));
      return template;
    } catch (JinjaException e) {
      throw new ModelFileException(
          file,
          "the chat template cannot be rendered: line %d: %s".formatted(e.line(), e.getMessage()),
          e);
    }
  }

  /** A template may refuse a conversation, a system message for example; it may not fail on it. */
  private void probe(List<Message> messages) {
    try {
      render(messages);
    } catch (JinjaException e) {
      if (!e.raised()) {
        throw e;
      }
    }
  }

  /**
   * The prompt, with the words that open the assistant's turn at its end.
   *
   * @throws JinjaException where the template refuses the conversation or fails on it
   * @throws IllegalArgumentException for a role that is none
   */
  MarkedText render(List<Message> messages) {
    List<Map<String, Object>> turns = new ArrayList<>();
    for (Message message : messages) {
      String role = ROLES.get(message.role());
      if (role == null) {
        throw new IllegalArgumentException("'" + message.role() + "' is no role of a message");
      }
      turns.add(Map.of("role", role, "content", MarkedText.foreign(message.content())));
    }
    Map<String, Object> variables = new HashMap<>(constants);
    variables.put("messages", turns);
    return template.render(variables);
  }
}
