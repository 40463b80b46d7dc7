package io.lengthwise.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaTopicsTest {

  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void asksAgainWhereABrokerHasNotHeardOfTheTopicYet() throws Exception {
    try (FailingAdmin admin = new FailingAdmin(new UnknownTopicOrPartitionException("not yet"))) {
      KafkaTopics.create(admin, List.of(new NewTopic("late", 2, (short) 1)));
      assertThat(admin.calls).isEqualTo(2);
    }
  }

  @Test
  void reportsAnErrorThatStays() {
    try (FailingAdmin admin = new FailingAdmin(new TopicAuthorizationException("not allowed"))) {
      assertThatThrownBy(
              () -> KafkaTopics.create(admin, List.of(new NewTopic("closed", 1, (short) 1))))
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  /** Fails the first request for offsets. */
  private static final class FailingAdmin extends ForwardingAdmin {

    private final ApiException failure;
    private int calls;

    FailingAdmin(ApiException failure) {
      super(Map.of("bootstrap.servers", kafka.bootstrapServers()));
      this.failure = failure;
    }

    @Override
    public ListOffsetsResult listOffsets(
        Map<TopicPartition, OffsetSpec> partitions, ListOffsetsOptions options) {
      calls++;
      if (calls > 1) {
        return super.listOffsets(partitions, options);
      }
      KafkaFutureImpl<ListOffsetsResultInfo> failed = new KafkaFutureImpl<>();
      failed.completeExceptionally(failure);
      Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> results = new HashMap<>();
      partitions.keySet().forEach(partition -> results.put(partition, failed));
      return new ListOffsetsResult(results);
    }
  }
}
