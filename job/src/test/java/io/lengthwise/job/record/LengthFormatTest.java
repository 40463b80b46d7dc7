package io.lengthwise.job.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.lengthwise.job.kafka.LengthSerializer;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.PromptFeatures;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LengthFormatTest {

  private static final CompletedLength LENGTH =
      new CompletedLength("tiny", new PromptFeatures(new int[] {71, 40021}), 37, 8, false);

  private static final String JSON =
      "{\"model\":\"tiny\",\"features\":[71,40021],\"prompt_tokens\":37,\"answer_tokens\":8,"
          + "\"cut\":false}";

  @Test
  void isJsonWithoutWhatIsEmpty() {
    assertThat(new String(LengthFormat.write(LENGTH), StandardCharsets.UTF_8)).isEqualTo(JSON);
  }

  @Test
  void isReadAsItWasWritten() throws Exception {
    CompletedLength length =
        new CompletedLength(
            "tiny",
            new PromptFeatures(new int[] {0, 65535}, new float[] {0.1f, -3e-9f}),
            1,
            2,
            true);

    CompletedLength read = LengthFormat.read(LengthFormat.write(length));

    assertThat(read).usingRecursiveComparison().isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|empty_record",
        "{|invalid_json",
        "[1]|not_an_object",
        "{}|no_length",
        "{\"custom_id\":\"r-1\",\"body\":{\"model\":\"tiny\"}}|no_length",
      })
  void whatIsNoLengthSaysWhy(String value, String word) {
    assertUnreadable(value, word);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"tiny\"|null",
        "\"tiny\"|7",
        "[71,40021]|\"71\"",
        "[71,40021]|[\"71\"]",
        "[71,40021]|[1.5]",
        "[71,40021]|[99999999999]",
        "[71,40021]|[null]",
        "[71,40021]|[1],\"probe\":1",
        "[71,40021]|[1],\"probe\":[\"x\"]",
        "37|\"37\"",
        "8|8.5",
        "8|1e999",
        "false|0",
      })
  void fieldOfAnotherTypeIsUnreadable(String field, String value) {
    assertUnreadable(JSON.replace(":" + field, ":" + value), "no_length");
  }

  @Test
  void tombstonesAndHugeRecordsAreUnreadable() {
    byte[] huge = new byte[LengthFormat.MAX_BYTES + 1];
    Arrays.fill(huge, (byte) ' ');

    assertThatThrownBy(() -> LengthFormat.read(null)).isInstanceOf(UnreadableException.class);
    assertThatThrownBy(() -> LengthFormat.read(huge))
        .asInstanceOf(type(UnreadableException.class))
        .extracting(UnreadableException::word)
        .isEqualTo("record_too_large");
  }

  @Test
  void recordHasNeitherKeyNorHeaders() {
    ProducerRecord<byte[], byte[]> record =
        new LengthSerializer("lengths", 16 << 10).serialize(LENGTH, null, null);

    assertThat(record.topic()).isEqualTo("lengths");
    assertThat(record.key()).isNull();
    assertThat(record.headers()).isEmpty();
    assertThat(record.value()).isEqualTo(LengthFormat.write(LENGTH));
  }

  @Test
  void recordThatKafkaWouldRefuseIsLeftOut() {
    CompletedLength large =
        new CompletedLength(
            "tiny", new PromptFeatures(new int[0], new float[16 << 10]), 1, 1, false);

    assertThat(new LengthSerializer("lengths", 16 << 10).serialize(large, null, null)).isNull();
  }

  private static void assertUnreadable(String value, String word) {
    assertThatThrownBy(() -> LengthFormat.read(value.getBytes(StandardCharsets.UTF_8)))
        .asInstanceOf(type(UnreadableException.class))
        .extracting(UnreadableException::word)
        .isEqualTo(word);
  }
}
