package io.lengthwise.job.kafka;

import static io.lengthwise.job.record.TestingRecords.record;
import static io.lengthwise.job.record.TestingRecords.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.job.config.OutputOrder;
import io.lengthwise.job.record.DeadLetter;
import io.lengthwise.job.record.InputRecord;
import io.lengthwise.job.record.ResponseFormatTest;
import io.lengthwise.request.Endpoint;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Header;
import io.lengthwise.request.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaSerializersTest {

  private static final int MAX = 16 << 10;
  private static final Header TRACE = new Header("traceparent", utf8("00-1-2-01"));

  @Test
  void responseHasTheRequestsKeyAndHeaders() {
    ProducerRecord<byte[], byte[]> written =
        response("Hi", new Origin("in", 0, 1, utf8("key"), List.of(TRACE, TRACE), 0));

    assertThat(written.topic()).isEqualTo("out");
    assertThat(written.key()).isEqualTo(utf8("key"));
    assertThat(headers(written)).containsExactly("traceparent=00-1-2-01", "traceparent=00-1-2-01");
    assertThat(new String(written.value())).contains("\"custom_id\":\"r-1\"", "Hi");
  }

  /**
   * Pooled transactions need the topic: a sink that does not report it fails at the start of the
   * job.
   */
  @Test
  void serializersSayTheirTopic() {
    assertThat(new ResponseSerializer("out", MAX, OutputOrder.COMPLETION).getKafkaDatasetFacet())
        .hasValueSatisfying(
            facet ->
                assertThat(facet)
                    .isEqualTo(
                        new DefaultKafkaDatasetFacet(
                            DefaultKafkaDatasetIdentifier.ofTopics(List.of("out")))));
  }

  @Test
  void answerThatIsTooLargeIsAnError() {
    ProducerRecord<byte[], byte[]> written =
        response("x".repeat(MAX), new Origin("in", 0, 1, utf8("key"), List.of(TRACE), 0));

    assertThat(new String(written.value()))
        .contains("response_too_large", "\"status_code\":500")
        .hasSizeLessThan(1000);
    assertThat(written.key()).isEqualTo(utf8("key"));
    assertThat(size(written)).isLessThanOrEqualTo(MAX);
  }

  @ParameterizedTest
  @CsvSource({"20000, 0", "0, 20000", "20000, 20000", "9000, 9000"})
  void keyAndHeadersNeverMakeAResponseTooLarge(int key, int header) {
    ProducerRecord<byte[], byte[]> written =
        response(
            "Hi",
            new Origin("in", 0, 1, new byte[key], List.of(new Header("h", new byte[header])), 0));

    assertThat(new String(written.value())).contains("Hi");
    assertThat(size(written)).isLessThanOrEqualTo(MAX);
  }

  @Test
  void deadLetterSaysWhatWasWrongAndWhere() {
    InputRecord record = record(42, "key", utf8("garbage"), TRACE, new Header("none", null));

    ProducerRecord<byte[], byte[]> written =
        deadLetter(new DeadLetter(record, "invalid_json", "No JSON"));

    assertThat(written.topic()).isEqualTo("dead");
    assertThat(written.key()).isEqualTo(utf8("key"));
    assertThat(written.value()).isEqualTo(utf8("garbage"));
    assertThat(headers(written))
        .containsExactly(
            "lengthwise-error-class=invalid_json",
            "lengthwise-error-message=No JSON",
            "lengthwise-topic=requests",
            "lengthwise-partition=3",
            "lengthwise-offset=42",
            "lengthwise-original-size=7",
            "traceparent=00-1-2-01",
            "none=");
  }

  @Test
  void tombstoneKeepsItsMissingValue() {
    ProducerRecord<byte[], byte[]> written =
        deadLetter(new DeadLetter(record(1, "key", null), "tombstone", "No value"));

    assertThat(written.value()).isNull();
    assertThat(written.key()).isEqualTo(utf8("key"));
  }

  @Test
  void hugeDeadLetterIsCutToWhatTheTopicTakes() {
    byte[] value = new byte[50 << 20];
    Arrays.fill(value, (byte) 7);

    ProducerRecord<byte[], byte[]> written =
        deadLetter(new DeadLetter(record(1, "key", value, TRACE), "record_too_large", "Too large"));

    assertThat(size(written)).isBetween(MAX - 100, MAX);
    assertThat(written.value()).containsOnly(7);
    assertThat(headers(written)).contains("lengthwise-original-size=52428800");
  }

  @ParameterizedTest
  @CsvSource({"20000, 0", "0, 20000", "20000, 20000", "9000, 9000", "15000, 700"})
  void keyAndHeadersNeverMakeADeadLetterTooLarge(int key, int header) {
    InputRecord record =
        record(1, "k".repeat(key), utf8("value"), new Header("h", new byte[header]), TRACE);

    ProducerRecord<byte[], byte[]> written = deadLetter(new DeadLetter(record, "c", "m"));

    assertThat(size(written)).isLessThanOrEqualTo(MAX);
    assertThat(headers(written)).contains("lengthwise-error-class=c", "traceparent=00-1-2-01");
  }

  @Test
  void deadLetterThatFailsAgainSaysTheLatestFailureOnly() {
    InputRecord record = record(1, "k", utf8("x"), new Header("lengthwise-topic", utf8("old")));

    assertThat(headers(deadLetter(new DeadLetter(record, "c", "m"))))
        .contains("lengthwise-topic=requests")
        .doesNotContain("lengthwise-topic=old");
  }

  @Test
  void inTheOrderOfTheInputOnePartitionTakesTheResponsesOfAPartition() {
    Origin withoutKey = new Origin("in", 5, 1, null, List.of(), 0);
    Origin withKey = new Origin("in", 5, 1, utf8("key"), List.of(), 0);

    assertThat(response("Hi", withoutKey, OutputOrder.INPUT).partition()).isEqualTo(2);
    assertThat(response("Hi", withKey, OutputOrder.INPUT).partition()).isNull();
    assertThat(response("Hi", withoutKey, OutputOrder.COMPLETION).partition()).isNull();
  }

  /** The context of a topic with three partitions. */
  private static final class ThreePartitions
      implements KafkaRecordSerializationSchema.KafkaSinkContext {

    @Override
    public int getParallelInstanceId() {
      return 0;
    }

    @Override
    public int getNumberOfParallelInstances() {
      return 1;
    }

    @Override
    public int[] getPartitionsForTopic(String topic) {
      return new int[] {1, 0, 2};
    }
  }

  private static ProducerRecord<byte[], byte[]> response(String text, Origin origin) {
    return response(text, origin, OutputOrder.COMPLETION);
  }

  private static ProducerRecord<byte[], byte[]> response(
      String text, Origin origin, OutputOrder order) {
    GenerationResult answer = ResponseFormatTest.answer(Endpoint.COMPLETIONS, text);
    GenerationResult result =
        new GenerationResult(
            answer.id(),
            origin,
            answer.endpoint(),
            answer.model(),
            answer.created(),
            answer.completion(),
            answer.timings(),
            null);
    return new ResponseSerializer("out", MAX, order).serialize(result, new ThreePartitions(), null);
  }

  private static ProducerRecord<byte[], byte[]> deadLetter(DeadLetter letter) {
    return new DeadLetterSerializer("dead", MAX).serialize(letter, null, null);
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map(
            header ->
                header.key()
                    + "="
                    + Optional.ofNullable(header.value()).map(String::new).orElse(""))
        .toList();
  }

  /** The size that the producer compares with max.request.size. */
  private static int size(ProducerRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        new RecordHeaders(record.headers()).toArray());
  }
}
