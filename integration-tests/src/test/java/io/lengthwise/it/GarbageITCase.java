package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stream of which nearly a third is garbage of all kinds. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class GarbageITCase {

  private static final int RECORDS = 10_000;

  /** The header with the number of the record. Responses and dead letters copy it. */
  private static final String NUMBER = "number";

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @Test
  void everyRecordEndsAsExactlyOneResponseOrDeadLetter() throws Exception {
    TestingTopics topics = BROKER.topics("garbage");
    List<KindOfRecord> kinds = kinds();
    List<RecordMetadata> places = topics.sendRecords(records(topics.requests(), kinds));

    CLUSTER.finish(
        CLUSTER.start(
            TinyModel.configuration(
                TinyModel.jobOn(topics),
                Map.of("requests.bounded", "true", "defaults.max-tokens", "2"))));

    List<List<String>> outcomes = outcomes(topics, places);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      KindOfRecord kind = kinds.get(i);
      if (!outcomes.get(i).equals(List.of(kind.outcome()))) {
        wrong.add("%s: %s, not %s".formatted(kind.name(), outcomes.get(i), kind.outcome()));
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** The kinds of the records in their order: three of ten are bad, and some are large. */
  private static List<KindOfRecord> kinds() {
    List<KindOfRecord> good = KindOfRecord.good();
    List<KindOfRecord> bad = KindOfRecord.bad();
    List<KindOfRecord> kinds = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      List<KindOfRecord> from = i % 10 < 3 ? bad : good;
      kinds.add(from.get((i / 10 * 3 + i % 10) % from.size()));
    }
    List<KindOfRecord> large = KindOfRecord.large();
    for (int i = 0; i < large.size(); i++) {
      kinds.set(RECORDS / large.size() * i, large.get(i));
    }
    return kinds;
  }

  private static List<ProducerRecord<byte[], byte[]>> records(
      String topic, List<KindOfRecord> kinds) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, kinds.get(i).key(), kinds.get(i).value());
      record.headers().add(NUMBER, String.valueOf(i).getBytes(StandardCharsets.UTF_8));
      records.add(record);
    }
    return records;
  }

  /** Returns all outcomes of each record, by its number. */
  private static List<List<String>> outcomes(TestingTopics topics, List<RecordMetadata> places) {
    List<List<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      outcomes.add(new ArrayList<>());
    }
    for (ConsumerRecord<byte[], byte[]> record : topics.committed(topics.responses())) {
      outcomes.get(number(record)).add(Response.of(record).outcome());
    }
    for (ConsumerRecord<byte[], byte[]> record : topics.committed(topics.deadLetters())) {
      RecordMetadata place = places.get(number(record));
      assertThat(header(record, "lengthwise-topic")).isEqualTo(place.topic());
      assertThat(header(record, "lengthwise-partition")).isEqualTo("" + place.partition());
      assertThat(header(record, "lengthwise-offset")).isEqualTo("" + place.offset());
      outcomes.get(number(record)).add("dead:" + header(record, "lengthwise-error-class"));
    }
    return outcomes;
  }

  private static int number(ConsumerRecord<byte[], byte[]> record) {
    return Integer.parseInt(header(record, NUMBER));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
