package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.messages;
import static io.lengthwise.job.record.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.request.GenerationResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests with a wrong field get an error that names the field. */
class RefusedRequestTest {

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments("unknown model", "{\"model\": \"gpt-4\"}", "model_not_found", "model"),
        arguments("model of another type", "{\"model\": 4}", "invalid_value", "model"),
        arguments("no messages", "{}", "missing_required_parameter", "messages"),
        arguments("messages null", messages("null"), "missing_required_parameter", "messages"),
        arguments("empty messages", messages("[]"), "invalid_value", "messages"),
        arguments("messages of another type", messages("\"hi\""), "invalid_value", "messages"),
        arguments("message of another type", messages("[\"hi\"]"), "invalid_value", "messages[0]"),
        arguments(
            "no role",
            messages("[{\"content\": \"hi\"}]"),
            "missing_required_parameter",
            "messages[0].role"),
        arguments(
            "wrong role",
            messages("[{\"role\": \"king\", \"content\": \"hi\"}]"),
            "invalid_value",
            "messages[0].role"),
        arguments(
            "role of tools",
            messages("[{\"role\": \"tool\", \"content\": \"hi\"}]"),
            "unsupported_parameter",
            "messages[0].role"),
        arguments(
            "tool calls",
            messages("[{\"role\": \"assistant\", \"content\": \"\", \"tool_calls\": [{}]}]"),
            "unsupported_parameter",
            "messages[0].role"),
        arguments(
            "no content",
            messages("[{\"role\": \"user\"}]"),
            "missing_required_parameter",
            "messages[0].content"),
        arguments(
            "content of another type",
            messages("[{\"role\": \"user\", \"content\": 4}]"),
            "invalid_value",
            "messages[0].content"),
        arguments(
            "no parts",
            messages("[{\"role\": \"user\", \"content\": []}]"),
            "invalid_value",
            "messages[0].content"),
        arguments(
            "an image",
            messages(
                """
                [{"role": "user", "content": [{"type": "text", "text": "What is this?"},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]"""),
            "unsupported_parameter",
            "messages[0].content[1].type"),
        arguments(
            "a part without text",
            messages("[{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}]"),
            "missing_required_parameter",
            "messages[0].content[0].text"),
        field("\"max_tokens\": -1", "max_tokens"),
        field("\"max_tokens\": 0", "max_tokens"),
        field("\"max_tokens\": 99999999999999999999", "max_tokens"),
        field("\"max_tokens\": 1.5", "max_tokens"),
        field("\"max_tokens\": \"10\"", "max_tokens"),
        field("\"max_tokens\": 1e400", "max_tokens"),
        field("\"max_tokens\": 1, \"max_completion_tokens\": 0", "max_completion_tokens"),
        field("\"temperature\": -1", "temperature"),
        field("\"temperature\": 2.1", "temperature"),
        field("\"temperature\": \"NaN\"", "temperature"),
        field("\"temperature\": 1e400", "temperature"),
        field("\"temperature\": true", "temperature"),
        field("\"top_p\": 2", "top_p"),
        field("\"top_p\": 0", "top_p"),
        field("\"top_p\": 1e-60", "top_p"),
        field("\"top_k\": -2", "top_k"),
        field("\"min_p\": 1.01", "min_p"),
        field("\"repetition_penalty\": 0.09", "repetition_penalty"),
        field("\"repetition_penalty\": 10.1", "repetition_penalty"),
        field("\"seed\": 9223372036854775808", "seed"),
        field("\"seed\": true", "seed"),
        field("\"priority\": 1001", "priority"),
        field("\"priority\": -1001", "priority"),
        field("\"stop\": 4", "stop"),
        field("\"stop\": \"\"", "stop"),
        field("\"stop\": [\"a\", 4]", "stop"),
        field("\"stop\": [" + "\"x\", ".repeat(99) + "\"x\"]", "stop"),
        field("\"stop\": \"" + "x".repeat(513) + "\"", "stop"),
        field("\"stop_token_ids\": [-1]", "stop_token_ids"),
        field("\"stop_token_ids\": [" + "1, ".repeat(64) + "1]", "stop_token_ids"),
        field("\"logit_bias\": [1]", "logit_bias"),
        field("\"logit_bias\": {\"x\": 1}", "logit_bias"),
        field("\"logit_bias\": {\"1\": 101}", "logit_bias"),
        field("\"deadline_ms\": \"soon\"", "deadline_ms"),
        unsupported("\"n\": 2", "n"),
        unsupported("\"n\": 0", "n"),
        unsupported("\"n\": \"one\"", "n"),
        unsupported("\"best_of\": 2", "best_of"),
        unsupported("\"stream\": true", "stream"),
        unsupported("\"tools\": [{\"type\": \"function\"}]", "tools"),
        unsupported("\"functions\": [{}]", "functions"),
        unsupported("\"response_format\": {\"type\": \"json_object\"}", "response_format"),
        unsupported("\"response_format\": \"json\"", "response_format"),
        unsupported("\"logprobs\": true", "logprobs"),
        unsupported("\"logprobs\": 3", "logprobs"),
        unsupported("\"echo\": true", "echo"),
        unsupported("\"suffix\": \"end\"", "suffix"),
        unsupported("\"suffix\": {}", "suffix"),
        unsupported("\"frequency_penalty\": 0.5", "frequency_penalty"),
        unsupported("\"presence_penalty\": -0.5", "presence_penalty"),
        unsupported("\"modalities\": [\"text\", \"audio\"]", "modalities"),
        unsupported("\"guided_json\": {}", "guided_json"));
  }

  private static Arguments field(String field, String param) {
    return arguments(shorten(field), chat(field), "invalid_value", param);
  }

  private static Arguments unsupported(String field, String param) {
    return arguments(field, chat(field), "unsupported_parameter", param);
  }

  private static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesWithTheIdAndTheField(String name, String body, String code, String param) {
    for (InputRecord record : List.of(record(line("r-1", body)), record("r-1", body))) {
      GenerationResult result = refused(record);

      assertThat(result.id()).isEqualTo("r-1");
      assertThat(result.origin()).isSameAs(record.origin());
      assertThat(result.error().code()).isEqualTo(code);
      assertThat(result.error().param()).isEqualTo(param);
      assertThat(result.error().status()).isEqualTo(code.equals("model_not_found") ? 404 : 400);
      assertThat(result.error().message()).isNotBlank().hasSizeLessThan(500);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\": \"\"}|invalid_value",
        "{\"prompt\": 4}|invalid_value",
        "{\"prompt\": null}|missing_required_parameter",
        "{\"prompt\": []}|unsupported_parameter",
        "{\"prompt\": [\"a\", \"b\"]}|unsupported_parameter",
        "{\"prompt\": [1, 2, 3]}|unsupported_parameter",
        "{\"prompt\": [[1, 2, 3]]}|unsupported_parameter",
        "{\"prompt\": \"a\", \"messages\": []}|invalid_value",
      })
  void refusesPromptsThatAreNotOneText(String body, String code) {
    GenerationResult result = refused(record("k", body));

    assertThat(result.error().code()).isEqualTo(code);
    assertThat(result.error().param()).isEqualTo("prompt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"custom_id\": \"a\"}|missing_required_parameter|method",
        "{\"custom_id\": \"a\", \"method\": \"GET\"}|invalid_value|method",
        "{\"custom_id\": \"a\", \"method\": 1}|invalid_value|method",
        "{\"custom_id\": \"a\", \"method\": \"POST\"}|missing_required_parameter|url",
        "{\"custom_id\": \"a\", \"method\": \"POST\", \"url\": \"/v1/embeddings\"}|invalid_value|url",
        "{\"custom_id\": \"a\", \"method\": \"POST\", \"url\": \"/v1/completions\"}|missing_required_parameter|body",
        "{\"custom_id\": \"a\", \"method\": \"POST\", \"url\": \"/v1/completions\", \"body\": []}|invalid_value|body",
      })
  void refusesLinesWithAnotherEnvelope(String line, String code, String param) {
    GenerationResult result = refused(record(line));

    assertThat(result.id()).isEqualTo("a");
    assertThat(result.error().code()).isEqualTo(code);
    assertThat(result.error().param()).isEqualTo(param);
  }

  private static GenerationResult refused(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    assertThat(parsed).isInstanceOf(ParsedRecord.Refused.class);
    return ((ParsedRecord.Refused) parsed).result();
  }
}
