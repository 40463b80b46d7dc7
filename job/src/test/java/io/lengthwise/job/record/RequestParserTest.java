package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.MAX_BYTES;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.messages;
import static io.lengthwise.job.record.TestingRecords.record;
import static io.lengthwise.job.record.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Header;
import io.lengthwise.request.Message;
import io.lengthwise.request.Origin;
import io.lengthwise.request.Sampling;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

  @Test
  void lineOfTheBatchApiBecomesAChat() {
    GenerationRequest request =
        accepted(
            record(
                "k",
                line(
                    "r-1",
                    """
                    {"model": "tiny", "temperature": 0.5, "top_p": 0.9, "top_k": 40, "min_p": 0.1,
                     "repetition_penalty": 1.1, "seed": -7, "stop": ["\\n\\n", "END"],
                     "stop_token_ids": [2, 3], "logit_bias": {"5": -100, "6": 1.5},
                     "max_tokens": 20, "priority": 3, "user": "ignored",
                     "messages": [{"role": "system", "content": "Be brief."},
                                  {"role": "user", "content": "Hello", "name": "ann"}]}""")));

    assertThat(request.id()).isEqualTo("r-1");
    assertThat(request.endpoint()).isEqualTo(Endpoint.CHAT_COMPLETIONS);
    assertThat(request.model()).isEqualTo("tiny");
    assertThat(request.messages())
        .containsExactly(new Message("system", "Be brief."), new Message("user", "Hello"));
    assertThat(request.prompt()).isNull();
    assertThat(request.sampling())
        .isEqualTo(
            new Sampling(
                0.5f,
                40,
                0.9f,
                0.1f,
                1.1f,
                -7L,
                List.of("\n\n", "END"),
                List.of(2, 3),
                Map.of(5, -100f, 6, 1.5f)));
    assertThat(request.maxTokens()).isEqualTo(20);
    assertThat(request.priority()).isEqualTo(3);
    assertThat(request.deadline()).isEqualTo(GenerationRequest.NO_DEADLINE);
    assertThat(request.origin().position()).isEqualTo("requests-3-0");
  }

  @Test
  void bareBodyTakesTheRecordsKeyAsItsId() {
    GenerationRequest chat = accepted(record("key-1", chat("")));
    GenerationRequest completion = accepted(record("key-2", "{\"prompt\": \"Once\"}"));

    assertThat(chat.id()).isEqualTo("key-1");
    assertThat(chat.endpoint()).isEqualTo(Endpoint.CHAT_COMPLETIONS);
    assertThat(completion.id()).isEqualTo("key-2");
    assertThat(completion.endpoint()).isEqualTo(Endpoint.COMPLETIONS);
    assertThat(completion.prompt()).isEqualTo("Once");
    assertThat(completion.messages()).isEmpty();
  }

  @Test
  void lineWithoutItsOwnIdTakesTheRecordsKey() {
    String line =
        "{\"method\": \"POST\", \"url\": \"/v1/completions\", \"body\": {\"prompt\": [\"Once\"]}}";

    assertThat(accepted(record("key", line)).id()).isEqualTo("key");
    assertThat(unreadable(record(line)).cause()).isEqualTo("missing_id");
  }

  @Test
  void whatIsNotAskedForStaysOpen() {
    GenerationRequest request = accepted(record("k", chat("\"temperature\": null, \"n\": null")));

    assertThat(request.sampling()).isEqualTo(Sampling.UNSPECIFIED);
    assertThat(request.maxTokens()).isZero();
    assertThat(request.priority()).isZero();
  }

  @Test
  void sameIdTwiceIsTwoRequests() {
    assertThat(accepted(record("k", line("same", chat("")))).id()).isEqualTo("same");
    assertThat(accepted(record("k", line("same", chat("")))).id()).isEqualTo("same");
  }

  @Test
  void textPartsAreJoinedByLineBreaks() {
    GenerationRequest request =
        accepted(
            record(
                "k",
                messages(
                    """
                    [{"role": "user", "content": [{"type": "text", "text": "one"},
                                                  {"type": "text", "text": "two"}]}]""")));

    assertThat(request.messages()).containsExactly(new Message("user", "one\ntwo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"n\": 1",
        "\"stream\": false",
        "\"tools\": []",
        "\"response_format\": {\"type\": \"text\"}",
        "\"logprobs\": false",
        "\"frequency_penalty\": 0.0",
        "\"presence_penalty\": 0",
        "\"modalities\": [\"text\"]",
        "\"suffix\": \"\"",
        "\"metadata\": {\"a\": \"b\"}",
        "\"store\": true",
        "\"something_of_tomorrow\": [1, {\"a\": 2}]",
        "\"temperature\": 2",
        "\"temperature\": 0",
        "\"top_p\": 1.0",
        "\"top_k\": -1",
        "\"stop\": \"END\"",
        "\"stop\": []",
        "\"max_tokens\": 100.0",
        "\"max_tokens\": 2147483647",
        "\"seed\": 9223372036854775807",
        "\"logit_bias\": {}"
      })
  void acceptsWhatAsksForNothingSpecial(String field) {
    accepted(record("k", chat(field)));
  }

  @Test
  void newerNameOfTheLimitWins() {
    assertThat(
            accepted(record("k", chat("\"max_tokens\": 5, \"max_completion_tokens\": 9")))
                .maxTokens())
        .isEqualTo(9);
  }

  @Test
  void noLimitOnTopKIsWrittenInTwoWays() {
    assertThat(accepted(record("k", chat("\"top_k\": -1"))).sampling().topK()).isZero();
    assertThat(accepted(record("k", chat("\"top_k\": 0"))).sampling().topK()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1700000000000, 1700000000000", "2026-11-24T10:00:00+01:00, 1795510800000"})
  void headerSaysTheDeadline(String text, long deadline) {
    Header header = new Header("lengthwise-deadline", utf8(text));

    assertThat(accepted(record(0, "k", utf8(chat("")), header)).deadline()).isEqualTo(deadline);
  }

  @Test
  void earlierOfTwoDeadlinesCounts() {
    Header header = new Header("lengthwise-deadline", utf8("2000"));

    assertThat(accepted(record(0, "k", utf8(chat("\"deadline_ms\": 1999")), header)).deadline())
        .isEqualTo(1999);
    assertThat(accepted(record(0, "k", utf8(chat("\"deadline_ms\": 2001")), header)).deadline())
        .isEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, -1_700_000_000_000L, Long.MIN_VALUE})
  void deadlineBefore1970HasPassed(long deadline) {
    GenerationRequest request = accepted(record("k", chat("\"deadline_ms\": " + deadline)));

    assertThat(request.deadline()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1969-12-31T23:59:59Z"})
  void headerMaySayADeadlineBefore1970(String text) {
    Header header = new Header("lengthwise-deadline", utf8(text));

    assertThat(accepted(record(0, "k", utf8(chat("")), header)).deadline()).isZero();
  }

  @Test
  void deadlineThatIsNoTimeIsRefused() {
    Header header = new Header("lengthwise-deadline", utf8("tomorrow"));
    Header empty = new Header("lengthwise-deadline", null);

    assertThat(refused(record(0, "k", utf8(chat("")), header)).error().param())
        .isEqualTo("lengthwise-deadline");
    assertThat(refused(record(0, "k", utf8(chat("")), empty)).error().param())
        .isEqualTo("lengthwise-deadline");
  }

  @Test
  void halfASurrogatePairIsReplacedInText() {
    GenerationRequest request =
        accepted(record("k", messages("[{\"role\": \"user\", \"content\": \"a\\ud83d\"}]")));

    assertThat(request.messages()).containsExactly(new Message("user", "a\uFFFD"));
  }

  @Test
  void byteOrderMarkIsSkipped() {
    accepted(record("k", "\uFEFF" + chat("")));
  }

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

  static Stream<Arguments> unreadables() {
    byte[] latin = chat("\"user\": \"caf\u00e9\"").getBytes(StandardCharsets.ISO_8859_1);
    return Stream.of(
        arguments("tombstone", record("k", null), "tombstone"),
        arguments("empty record", record("k", ""), "empty_record"),
        arguments("blank record", record("k", " \n\t"), "empty_record"),
        arguments("byte order mark alone", record("k", "\uFEFF"), "empty_record"),
        arguments("50 MB record", record(0, "k", new byte[50 << 20]), "record_too_large"),
        arguments("invalid UTF-8", record(0, "k", latin), "invalid_utf8"),
        arguments(
            "UTF-16", record(0, "k", chat("").getBytes(StandardCharsets.UTF_16)), "invalid_utf8"),
        arguments("not JSON", record("k", "Hello"), "invalid_json"),
        arguments("cut JSON", record("k", "{\"custom_id\": \"a\", \"bod"), "invalid_json"),
        arguments("two objects", record("k", chat("") + chat("")), "invalid_json"),
        arguments("garbage after it", record("k", chat("") + " x"), "invalid_json"),
        arguments("NaN", record("k", chat("\"temperature\": NaN")), "invalid_json"),
        arguments("comment", record("k", "/* */" + chat("")), "invalid_json"),
        arguments("field twice", record("k", chat("\"model\": \"tiny\"")), "invalid_json"),
        arguments("id twice", record("{\"custom_id\":\"a\",\"custom_id\":\"b\"}"), "invalid_json"),
        arguments(
            "100,000 brackets",
            record("k", "[".repeat(100_000) + "]".repeat(100_000)),
            "invalid_json"),
        arguments(
            "nested too deep",
            record("k", "{\"a\":".repeat(200) + "1" + "}".repeat(200)),
            "invalid_json"),
        arguments(
            "a number of 100,000 digits",
            record("k", chat("\"seed\": " + "9".repeat(100_000))),
            "invalid_json"),
        arguments("list", record("k", "[]"), "not_an_object"),
        arguments("list of lines", record("k", "[" + line("a", chat("")) + "]"), "not_an_object"),
        arguments("number", record("k", "4"), "not_an_object"),
        arguments("string", record("k", "\"Hello\""), "not_an_object"),
        arguments("null", record("k", "null"), "not_an_object"),
        arguments("missing key", record(chat("")), "missing_id"),
        arguments("empty key", record("", chat("")), "invalid_id"),
        arguments("long key", record("k".repeat(513), chat("")), "invalid_id"),
        arguments("id of another type", record("k", "{\"custom_id\": 4}"), "invalid_id"),
        arguments("empty id", record("k", line("", chat(""))), "invalid_id"),
        arguments("long id", record("k", line("i".repeat(513), chat(""))), "invalid_id"),
        arguments("id with half a pair", record("k", line("\\ud83d", chat(""))), "invalid_id"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unreadables")
  void whatHasNoIdIsADeadLetter(String name, InputRecord record, String cause) {
    DeadLetter letter = unreadable(record);

    assertThat(letter.cause()).isEqualTo(cause);
    assertThat(letter.message()).isNotBlank().hasSizeLessThan(500);
    assertThat(letter.record()).isSameAs(record);
  }

  @Test
  void keyThatIsNotTextIsNoId() {
    InputRecord bare = record("k", chat(""));
    var origin = bare.origin();
    var binary = new Origin(origin.source(), 3, 0, new byte[] {(byte) 0xff}, origin.headers(), 0);

    assertThat(unreadable(new InputRecord(binary, bare.value(), bare.size())).cause())
        .isEqualTo("invalid_id");
  }

  @Test
  void hugeRecordIsCutBeforeItTravels() {
    InputRecord record = record(0, "k", new byte[50 << 20]);

    assertThat(record.value()).hasSize(MAX_BYTES);
    assertThat(record.size()).isEqualTo(50 << 20);
  }

  private static GenerationRequest accepted(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    assertThat(parsed).isInstanceOf(ParsedRecord.Accepted.class);
    return ((ParsedRecord.Accepted) parsed).request();
  }

  private static GenerationResult refused(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    assertThat(parsed).isInstanceOf(ParsedRecord.Refused.class);
    return ((ParsedRecord.Refused) parsed).result();
  }

  private static DeadLetter unreadable(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    assertThat(parsed).isInstanceOf(ParsedRecord.Unreadable.class);
    return ((ParsedRecord.Unreadable) parsed).deadLetter();
  }
}
