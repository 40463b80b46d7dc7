package io.lengthwise.model.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.request.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The chat template of a model, which renders a conversation as a prompt.
 *
 * <p>The content of messages is marked as foreign in the rendered prompt. So control tokens that a
 * user spells out differ from those of the template. To find the content, a conversation is
 * rendered twice, with and without marks around each content. If the two renderings differ in more
 * than the marks, the template depends on the content and is refused.
 */
public final class ChatTemplate {

  private static final Map<String, String> ROLES =
      Map.of("system", "system", "developer", "system", "user", "user", "assistant", "assistant");

  private static final Message SYSTEM = new Message("system", "Be brief.");
  private static final Message USER = new Message("user", " Hello. ");
  private static final Message ASSISTANT =
      new Message("assistant", "<think>\nA greeting.\n</think>\n\nHello! How are you?");

  private static final Jinjava JINJAVA = TemplateLanguage.create();

  private final String source;
  private final Map<String, Object> constants = new HashMap<>();

  private ChatTemplate(String source, String bosToken, String eosToken) {
    this.source = source;
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
   * Reads a template and tries it on three conversations.
   *
   * @param source the template
   * @param file where it is from, for messages
   * @param bosToken null where the model has none
   * @param eosToken null where the model has none
   * @throws ModelFileException for a template that cannot be rendered: the line and the construct
   */
  public static ChatTemplate of(String source, Path file, String bosToken, String eosToken) {
    try {
      ChatTemplate template =
          new ChatTemplate(TemplateSource.forJinjava(source), bosToken, eosToken);
      template.render(List.of(USER));
      template.probe(List.of(SYSTEM, USER));
      template.probe(List.of(USER, ASSISTANT, USER));
      return template;
    } catch (TemplateException e) {
      throw new ModelFileException(
          file, "the chat template cannot be rendered: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new ModelFileException(file, "the chat template is nested too deeply", e);
    }
  }

  /**
   * A template may refuse a conversation, for example one with a system message, but it must not
   * fail.
   */
  private void probe(List<Message> messages) {
    try {
      render(messages);
    } catch (TemplateException e) {
      if (!e.raised()) {
        throw e;
      }
    }
  }

  /**
   * The prompt, with the words that open the assistant's turn at its end.
   *
   * @throws TemplateException where the template refuses the conversation or fails on it
   * @throws IllegalArgumentException for a role that is none
   */
  public MarkedText render(List<Message> messages) {
    String plain = render(messages, MarkedText::cleaned);
    String marked = render(messages, text -> MarkedText.bracketed(MarkedText.cleaned(text)));
    MarkedText prompt = MarkedText.read(marked);
    if (!prompt.toString().equals(plain)) {
      throw TemplateException.of("it looks into a message in a way that cannot be followed", null);
    }
    return prompt;
  }

  private String render(List<Message> messages, UnaryOperator<String> content) {
    List<Map<String, Object>> turns = new ArrayList<>();
    for (Message message : messages) {
      String role = ROLES.get(message.role());
      if (role == null) {
        throw new IllegalArgumentException("'" + message.role() + "' is no role of a message");
      }
      turns.add(Map.of("role", role, "content", content.apply(message.content())));
    }
    Map<String, Object> variables = new HashMap<>(constants);
    variables.put("messages", turns);
    TemplateLanguage.begin(variables);
    RenderResult result = JINJAVA.renderForResult(source, variables);
    for (TemplateError error : result.getErrors()) {
      throw exception(error);
    }
    return result.getOutput();
  }

  private static TemplateException exception(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof TemplateException ours) {
        return ours;
      }
    }
    // Without the names of classes and the filter that TemplateSource adds.
    String message =
        error.getMessage().replaceAll("\\b\\w+Exception: ", "").replace("|printed", "");
    return TemplateException.of(
        error.getLineno() > 0 ? "line %d: %s".formatted(error.getLineno(), message) : message,
        error.getException());
  }
}
