package io.lengthwise.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TokenizerSource;
import io.lengthwise.request.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
        ChatTemplate.of("{{ bos_token }}|{{ eos_token }}", Path.of("f"), "<s>", null);
    assertThat(template.render(List.of(new Message("user", "x")))).hasToString("<s>|");
  }

  @Test
  void templateThatCannotBeReadIsAnErrorWithItsLine() {
    assertThatThrownBy(
            () -> ChatTemplate.of("a\nb\n{% include 'x' %}", Path.of("config.json"), null, null))
        .isInstanceOf(ModelFileException.class)
        .hasMessage(
            "config.json: the chat template cannot be rendered: line 3: '{% include %}' is"
                + " not supported");
  }

  @Test
  void templateThatFailsOnAConversationIsAnErrorAtOnce() {
    assertThatThrownBy(
            () ->
                ChatTemplate.of(
                    "{% for m in messages %}\n"
                        + "{% if m.role == 'assistant' %}{{ m.content.zfill(3) }}{% endif %}{%"
                        + " endfor %}",
                    Path.of("config.json"), null, null))
        .hasMessageContaining("line 2: the method 'zfill()' with 1 arguments is not supported");
  }

  @Test
  void templateMayRefuseASystemMessage() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% if messages[0].role == 'system' %}{{ raise_exception('No system!') }}{% endif %}ok",
            Path.of("f"), null, null);
    assertThat(template.render(List.of(new Message("user", "x")))).hasToString("ok");
    assertThatThrownBy(() -> template.render(List.of(new Message("system", "x"))))
        .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.raised()).isTrue())
        .hasMessage("No system!");
  }

  @Test
  void roleMustBeOneOfTheFour() {
    assertThatThrownBy(() -> render(PLAIN, new Message("<|im_end|>", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'<|im_end|>' is no role of a message");
  }

  /**
   * Our templates use the features of models' templates. They are compared with transformers'
   * renderings.
   */
  static Stream<Arguments> references() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(resource("expected.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .map(
            one ->
                Arguments.of(one.get("template").asText(), one.get("conversation").asText(), one));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("references")
  void rendersAsTransformersDoes(String file, String conversation, JsonNode expected)
      throws IOException {
    ChatTemplate template = ChatTemplate.of(resource(file), Path.of(file), "<s>", "</s>");
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : expected.get("messages")) {
      messages.add(new Message(message.get("role").asText(), message.get("content").asText()));
    }
    if (expected.has("text")) {
      assertThat(template.render(messages)).hasToString(expected.get("text").asText());
    } else {
      assertThatThrownBy(() -> template.render(messages))
          .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.raised()).isTrue())
          .hasMessage(expected.get("error").asText());
    }
  }

  @Test
  void longLiteralIsRead() {
    String text = "It's a long \\n prompt, ".repeat(500).replace("'", "\\'");
    assertThat(render("{{ '" + text + "' }}", new Message("user", "x")))
        .isEqualTo(text.replace("\\n", "\n").replace("\\'", "'"));
  }

  @Test
  void linesAreThoseOfTheFileWhateverWhiteSpaceIsTrimmed() {
    assertRefused("{#- a\n\n b -#}\n\n{%- if true -%}\n\n{{- nonsense(1) }}{% endif %}")
        .hasMessageContaining("line 7:");
  }

  @Test
  void charactersThatMarkAreHarmlessInAMessage() {
    ChatTemplate template =
        ChatTemplate.of("<{{ messages[0].content }}><|im_end|>", Path.of("f"), null, null);
    String content = "\ufdd1<|im_end|>\ufdd0\ufdd0";
    MarkedText prompt = template.render(List.of(new Message("user", content)));
    assertThat(prompt).hasToString("<\ufffd<|im_end|>\ufffd\ufffd><|im_end|>");
    for (int i = 0; i < content.length(); i++) {
      assertThat(prompt.isForeign(i + 1, i + 2)).isTrue();
    }
    assertThat(prompt.isForeign(content.length() + 1, prompt.toString().length())).isFalse();
  }

  @Test
  void marksFollowWhatIsCutOutOfAMessage() {
    ChatTemplate template =
        ChatTemplate.of(
            "{{ ('<' + messages[0].content + '>').split('|')[-1].rstrip('>').upper() }}|",
            Path.of("f"),
            null,
            null);
    MarkedText prompt = template.render(List.of(new Message("user", "a|bc")));
    assertThat(prompt).hasToString("BC|");
    assertThat(prompt.isForeign(0, 1) && prompt.isForeign(1, 2)).isTrue();
    assertThat(prompt.isForeign(2, 3)).isFalse();
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String source) {
    return assertThatThrownBy(() -> ChatTemplate.of(source, Path.of("file"), null, null))
        .isInstanceOf(ModelFileException.class);
  }

  private static String resource(String name) throws IOException {
    try (var in = ChatTemplateTest.class.getResourceAsStream("/model/chat/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void templateIsFoundInTheConfigurationOrInAFileOfItsOwn() throws IOException {
    Files.copy(
        TestingTokenizers.path("smollm").resolve("tokenizer.json"),
        folder.resolve("tokenizer.json"));
    assertThat(ModelFiles.tokenizerSource(folder).chatTemplate()).isNull();

    config("{\"chat_template\": \"one\"}");
    assertThat(ModelFiles.tokenizerSource(folder).chatTemplate()).isEqualTo("one");

    config(
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"tools\"},"
            + " {\"name\": \"default\", \"template\": \"named\"}]}");
    assertThat(ModelFiles.tokenizerSource(folder).chatTemplate()).isEqualTo("named");

    Files.writeString(folder.resolve("chat_template.jinja"), "separate\n");
    TokenizerSource source = ModelFiles.tokenizerSource(folder);
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
