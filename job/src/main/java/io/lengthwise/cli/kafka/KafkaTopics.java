package io.lengthwise.cli.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Creates topics of a broker. */
public final class KafkaTopics {

  private KafkaTopics() {}

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration BACKOFF = Duration.ofMillis(50);

  /**
   * Creates topics, and returns when their leaders accept records.
   *
   * <p>A topic exists before its leaders accept records. If a leader refuses the first batch of a
   * producer and accepts its second one, the producer repeats the first batch in vain until the
   * batch expires.
   *
   * @param topics the topics; each must have a number of partitions
   * @throws ExecutionException with the broker's error, if it does not create the topics or the
   *     leaders accept no records within a minute
   */
  public static void create(Admin admin, Collection<NewTopic> topics)
      throws ExecutionException, InterruptedException {
    admin.createTopics(topics).all().get();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (NewTopic topic : topics) {
      for (int i = 0; i < topic.numPartitions(); i++) {
        ends.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
      }
    }
    awaitLeaders(admin, ends);
  }

  /**
   * Waits until each leader reports the end of its partition. Only a leader that accepts records
   * can do so.
   */
  private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> ends)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        // The client does not retry for a topic that its broker does not know yet.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(BACKOFF.toMillis());
      }
    }
  }
}
