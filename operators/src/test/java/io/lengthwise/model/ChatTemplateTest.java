package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.model.jinja.JinjaException;
import io.lengthwise.request.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

  private static final String PLAIN =
      "{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}";

  @TempDir Path folder;

  @Test
  void developerSpeaksAsTheSystem() {
    assertThat(render(PLAIN, new Message("developer", "Rhyme"), new Message("user", "Hi")))
        .isEqualTo("system: Rhyme;user: Hi;");
  }

  @Test
  void contentIsForeignAndEverythingElseIsNot() {
    ChatTemplate template =
        ChatTemplate.of(
            "<{{ messages[0].role }}>{{ messages[0].content | trim }}", Path.of("f"), null, null);
    var prompt = template.render(List.of(new Message("user", "  Hi ")));
    assertThat(prompt).hasToString("<user>Hi");
    assertThat(prompt.isForeign(0, 6)).isFalse();
    assertThat(prompt.isForeign(6, 7)).isTrue();
  }

  @Test
  void contentIsNeverRead() {
    assertThat(render(PLAIN, new Message("user", "{{ 1 + 1 }}{% if %}{# #}")))
        .isEqualTo("user: {{ 1 + 1 }}{% if %}{# #};");
  }

  @Test
  void tokensOfTheModelAreThereIfItHasThem() {
    ChatTemplate template =
        ChatTemplate.of("{{ bos_token }}|{{ eos_token is defined }}", Path.of("f"), "<s>", null);
    assertThat(template.render(List.of(new Message("user", "x")))).hasToString("<s>|False");
  }

  @Test
  void templateThatCannotBeReadIsAnErrorWithItsLine() {
    assertThatThrownBy(
            () -> ChatTemplate.of("a\nb\n{% include 'x' %}", Path.of("config.json"), null, null))
        .isInstanceOf(ModelFileException.class)
        .hasMessage(
            "config.json: the chat template cannot be rendered: line 3: the tag 'include' is not"
                + " known");
  }

  @Test
  void templateThatFailsOnAConversationIsAnErrorAtOnce() {
    assertThatThrownBy(
            () ->
                ChatTemplate.of(
                    "{% for m in messages %}\n{% if m.role == 'assistant' %}{{ m.content.zfill(3) }}"
                        + "{% endif %}{% endfor %}",
                    Path.of("config.json"), null, null))
        .hasMessageContaining("line 2: the function or method 'zfill' is not known");
  }

  @Test
  void templateMayRefuseASystemMessage() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% if messages[0].role == 'system' %}{{ raise_exception('No system!') }}{% endif %}ok",
            Path.of("f"), null, null);
    assertThat(template.render(List.of(new Message("user", "x")))).hasToString("ok");
    assertThatThrownBy(() -> template.render(List.of(new Message("system", "x"))))
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.raised()).isTrue())
        .hasMessage("No system!");
  }

  @Test
  void roleMustBeOneOfTheFour() {
    assertThatThrownBy(() -> render(PLAIN, new Message("<|im_end|>", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'<|im_end|>' is no role of a message");
  }

  @Test
  void templateIsFoundInTheConfigurationOrInAFileOfItsOwn() throws IOException {
    Files.copy(
        TestingTokenizers.path("smollm").resolve("tokenizer.json"),
        folder.resolve("tokenizer.json"));
    assertThat(TokenizerSource.read(folder).chatTemplate()).isNull();

    config("{\"chat_template\": \"one\"}");
    assertThat(TokenizerSource.read(folder).chatTemplate()).isEqualTo("one");

    config(
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"},"
            + " {\"name\": \"default\", \"template\": \"named\"}]}");
    assertThat(TokenizerSource.read(folder).chatTemplate()).isEqualTo("named");

    Files.writeString(folder.resolve("chat_template.jinja"), "separate\n");
    TokenizerSource source = TokenizerSource.read(folder);
    assertThat(source.chatTemplate()).isEqualTo("separate\n");
    assertThat(source.chatTemplateFile()).hasFileName("chat_template.jinja");
  }

  private void config(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private static String render(String template, Message... messages) {
    return ChatTemplate.of(template, Path.of("file"), null, null)
        .render(List.of(messages))
        .toString();
  }
}
