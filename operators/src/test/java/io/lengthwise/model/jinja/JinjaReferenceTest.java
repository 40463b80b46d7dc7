package io.lengthwise.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our templates, which use what models' templates use, against what transformers made of them. */
class JinjaReferenceTest {

  private static final String FOLDER = "/model/chat/";

  static Stream<Arguments> cases() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(resource("expected.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .map(
            one ->
                Arguments.of(one.get("template").asText(), one.get("conversation").asText(), one));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void rendersAsTransformersDoes(String file, String conversation, JsonNode expected)
      throws IOException {
    JinjaTemplate template =
        JinjaTemplate.parse(resource(file), () -> LocalDateTime.of(2026, 11, 24, 12, 0));
    List<Map<String, Object>> messages = new ArrayList<>();
    for (JsonNode message : expected.get("messages")) {
      Map<String, Object> turn = new LinkedHashMap<>();
      turn.put("role", message.get("role").asText());
      turn.put("content", MarkedText.foreign(message.get("content").asText()));
      messages.add(turn);
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", messages);
    variables.put("add_generation_prompt", true);
    variables.put("tools", null);
    variables.put("bos_token", "<s>");
    variables.put("eos_token", "</s>");
    if (expected.has("text")) {
      assertThat(template.render(variables).toString()).isEqualTo(expected.get("text").asText());
    } else {
      assertThatThrownBy(() -> template.render(variables))
          .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.raised()).isTrue())
          .hasMessage(expected.get("error").asText());
    }
  }

  static Stream<Arguments> snippets() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(resource("snippets.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> Arguments.of(one.get("template").asText(), one.get("text").asText()));
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void rendersPiecesOfTheLanguageAsTransformersDoes(String template, String text) {
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("role", "user");
    user.put("content", "Hi you");
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("messages", List.of(user, Map.of("role", "assistant", "content", " ok ")));
    variables.put("add_generation_prompt", true);
    variables.put("bos_token", "<s>");
    variables.put("tools", null);
    assertThat(JinjaTemplate.parse(template).render(variables).toString()).isEqualTo(text);
  }

  private static String resource(String name) throws IOException {
    try (var in = JinjaReferenceTest.class.getResourceAsStream(FOLDER + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
