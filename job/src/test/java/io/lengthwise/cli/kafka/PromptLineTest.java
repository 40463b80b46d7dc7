package io.lengthwise.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptLineTest {

  @Test
  void aPlainLineBecomesAGreedyRequest() throws Exception {
    PromptLine prompt = read("What is \"it\"?\n").get(0);

    JsonNode record = new ObjectMapper().readTree(prompt.record());
    assertThat(prompt.id()).isEqualTo("prompt-1");
    assertThat(prompt.text()).isEqualTo("What is \"it\"?");
    assertThat(record)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"custom_id": "prompt-1", "method": "POST", "url": "/v1/chat/completions",
                     "body": {"model": "some-model", "max_tokens": 99, "temperature": 0,
                              "messages": [{"role": "user", "content": "What is \\"it\\"?"}]}}
                    """));
  }

  @Test
  void aBatchLineIsSentAsItIs() throws Exception {
    String line =
        "{\"custom_id\": \"a-1\", \"body\": {\"messages\": [{\"role\": \"system\", \"content\":"
            + " \"Be short\"}, {\"role\": \"user\", \"content\": \"Hi\"}]}}";

    assertThat(read(line)).containsExactly(new PromptLine("a-1", "Hi", line));
  }

  @Test
  void aBareBodyAndBrokenJsonGetAnIdOfTheirLine() throws Exception {
    assertThat(read("\n{\"prompt\": \"Once\"}\n{\"broken\n"))
        .containsExactly(
            new PromptLine("prompt-2", "Once", "{\"prompt\": \"Once\"}"),
            new PromptLine("prompt-3", "{\"broken", "{\"broken"));
  }

  @Test
  void theDemoHas240Prompts() throws Exception {
    try (InputStream stream =
        getClass().getResourceAsStream("/io/lengthwise/cli/demo/prompts.txt")) {
      assertThat(PromptLine.read(stream, "some-model", 256))
          .hasSize(240)
          .doesNotHaveDuplicates()
          .allSatisfy(prompt -> assertThat(prompt.text()).hasSizeGreaterThan(5));
    }
  }

  private static List<PromptLine> read(String text) throws IOException {
    return PromptLine.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "some-model", 99);
  }
}
