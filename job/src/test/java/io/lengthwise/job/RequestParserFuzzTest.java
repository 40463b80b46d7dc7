package io.lengthwise.job;

import static io.lengthwise.job.TestingRecords.LIMITS;
import static io.lengthwise.job.TestingRecords.chat;
import static io.lengthwise.job.TestingRecords.line;
import static io.lengthwise.job.TestingRecords.record;
import static io.lengthwise.job.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestParserFuzzTest {

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

  @Test
  void changedBytesNeverThrow() {
    Random random = new Random(1);
    byte[] good = utf8(line("r-1", chat("\"stop\": [\"a\"], \"logit_bias\": {\"1\": 2}")));
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int i = 0; i < 20_000; i++) {
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
    for (int i = 0; i < 20_000; i++) {
      outcomes.merge(outcome(record("k", object(random, 3))), 1, Integer::sum);
    }
    assertThat(outcomes.get(Outcome.REFUSED)).isGreaterThan(1000);
  }

  /** An object of known names with values of any type, nested. */
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

  /** Writes what is written of a record, too: a response that cannot be written is as bad. */
  private static Outcome outcome(InputRecord record) {
    ParsedRecord parsed = RequestParser.parse(record, LIMITS);
    if (parsed instanceof ParsedRecord.Refused refused) {
      assertThat(ResponseFormat.line(refused.result())).isNotEmpty();
      return Outcome.REFUSED;
    }
    return parsed instanceof ParsedRecord.Accepted ? Outcome.ACCEPTED : Outcome.UNREADABLE;
  }
}
