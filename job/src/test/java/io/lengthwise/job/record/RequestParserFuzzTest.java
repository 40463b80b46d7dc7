package io.lengthwise.job.record;

import static io.lengthwise.job.record.TestingRecords.LIMITS;
import static io.lengthwise.job.record.TestingRecords.chat;
import static io.lengthwise.job.record.TestingRecords.line;
import static io.lengthwise.job.record.TestingRecords.record;
import static io.lengthwise.job.record.TestingRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every record becomes a request, a refusal or a dead letter, and the heap that this takes is
 * bounded by the record's size.
 *
 * <p>{@code -Dlengthwise.fuzz.inputs=200000} sets the number of inputs of each test.
 */
class RequestParserFuzzTest {

  private static final int INPUTS = Integer.getInteger("lengthwise.fuzz.inputs", 20_000);

  /** The most bytes on the heap for each byte of a record, in addition to those for any record. */
  private static final int MOST_BYTES = 100;

  private static final int FIXED_BYTES = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1e400",
          "0.5",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[[1]]",
          "[null]",
          "{\"a\": null}",
          "[{}]",
          "\"\\ud800\"",
          "123456789012345678901234567890");

  private static final List<String> NAMES =
      List.of(
          "custom_id",
          "method",
          "url",
          "body",
          "model",
          "messages",
          "prompt",
          "role",
          "content",
          "type",
          "text",
          "stop",
          "temperature",
          "top_k",
          "seed",
          "logit_bias",
          "max_tokens",
          "response_format",
          "modalities",
          "tools",
          "suffix",
          "deadline_ms");

  private enum Outcome {
    ACCEPTED,
    REFUSED,
    UNREADABLE
  }

  /** Classes are loaded once, so that they do not count for a record. */
  @BeforeAll
  static void parseAndRefuseOnce() {
    ResponseFormat.line(
        ((ParsedRecord.Refused) RequestParser.parse(record("k", "{}"), LIMITS)).result());
    RequestParser.parse(record("k", line("r-1", chat(""))), LIMITS);
  }

  @Test
  void changedBytesNeverThrow() {
    Random random = new Random(1);
    byte[] good = utf8(line("r-1", chat("\"stop\": [\"a\"], \"logit_bias\": {\"1\": 2}")));
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes =
          Arrays.copyOf(good, random.nextInt(20) == 0 ? random.nextInt(good.length) : good.length);
      for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      outcomes.merge(outcome(record(i, "k", bytes)), 1, Integer::sum);
    }
    assertThat(outcomes).containsOnlyKeys(Outcome.values());
  }

  @Test
  void fieldsOfAnyTypeNeverThrow() {
    Random random = new Random(2);
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int i = 0; i < INPUTS; i++) {
      outcomes.merge(outcome(record("k", object(random, 3))), 1, Integer::sum);
    }
    assertThat(outcomes.get(Outcome.REFUSED)).isGreaterThan(1000);
  }

  /** Returns a nested object of known names with values of any type. */
  private static String object(Random random, int depth) {
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    StringBuilder json = new StringBuilder("{");
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append('"').append(names.get(i)).append("\":");
      json.append(value(random, depth - 1));
    }
    return json.append('}').toString();
  }

  private static String value(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    return random.nextBoolean() ? object(random, depth) : "[" + object(random, depth) + "]";
  }

  /** Also writes the response, because a response that cannot be written is an error too. */
  private static Outcome outcome(InputRecord record) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    byte[] line =
        parsed instanceof ParsedRecord.Refused refused
            ? ResponseFormat.line(refused.result())
            : null;
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > FIXED_BYTES + (long) MOST_BYTES * record.value().length) {
      fail(
          String.format(
              Locale.ROOT,
              "%,d bytes are taken by %s",
              allocated,
              new String(record.value(), UTF_8)));
    }
    if (line != null) {
      assertThat(line).isNotEmpty();
      return Outcome.REFUSED;
    }
    return parsed instanceof ParsedRecord.Accepted ? Outcome.ACCEPTED : Outcome.UNREADABLE;
  }
}
