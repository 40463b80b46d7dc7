package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.MAX_BYTES;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.request.Origin;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records without a usable id become dead letters. */
class UnreadableRecordTest {

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

  private static DeadLetter unreadable(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    assertThat(parsed).isInstanceOf(ParsedRecord.Unreadable.class);
    return ((ParsedRecord.Unreadable) parsed).deadLetter();
  }
}
