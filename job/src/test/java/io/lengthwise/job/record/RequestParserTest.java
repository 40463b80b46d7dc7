package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.messages;
import static io.lengthwise.job.record.TestingRecords.record;
import static io.lengthwise.job.record.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationRequest;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Header;
import io.lengthwise.request.Message;
import io.lengthwise.request.Sampling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
