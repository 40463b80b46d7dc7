package io.lengthwise.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.job.record.InputRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  @Test
  void linesEndWithEitherBreakAndTheLastWithNone() throws Exception {
    assertThat(lines("one\ntwo\r\n\nfour")).containsExactly("one", "two", "", "four");
  }

  @Test
  void aBreakAtTheEndAddsNoLine() throws Exception {
    assertThat(lines("one\n")).containsExactly("one");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void aCarriageReturnInsideALineStays() throws Exception {
    assertThat(lines("a\rb\r\r\n")).containsExactly("a\rb\r");
    assertThat(lines("last\r")).containsExactly("last\r");
  }

  @Test
  void bytesThatAreNoTextArePassedOn() throws Exception {
    byte[] bytes = {(byte) 0xff, (byte) 0xc3, 0, '\n', 'x'};

    List<InputRecord> records = read(bytes, 100);

    assertThat(records.get(0).value()).containsExactly(0xff, 0xc3, 0);
    assertThat(records.get(0).size()).isEqualTo(3);
  }

  @Test
  void linesAreNumberedFromOneInTheirFile() throws Exception {
    List<InputRecord> records = read("a\nb\n".getBytes(StandardCharsets.UTF_8), 100);

    assertThat(records)
        .extracting(record -> record.origin().position())
        .containsExactly("in.jsonl-0-1", "in.jsonl-0-2");
  }

  @Test
  void aLineBeyondTheLimitIsCutAndItsSizeKept() throws Exception {
    List<InputRecord> records =
        read("exact\r\n123456\n1234567890\r\nnext".getBytes(StandardCharsets.UTF_8), 5);

    assertThat(records)
        .extracting(LineReaderTest::text)
        .containsExactly("exact", "12345", "12345", "next");
    assertThat(records).extracting(InputRecord::size).containsExactly(5, 6, 10, 4);
  }

  private static List<String> lines(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), 100).stream()
        .map(LineReaderTest::text)
        .toList();
  }

  private static String text(InputRecord record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  private static List<InputRecord> read(byte[] bytes, int limit) throws IOException {
    List<InputRecord> records = new ArrayList<>();
    try (LineReader reader = new LineReader(new ByteArrayInputStream(bytes), "in.jsonl", limit)) {
      for (InputRecord record = reader.read(); record != null; record = reader.read()) {
        records.add(record);
      }
    }
    return records;
  }
}
