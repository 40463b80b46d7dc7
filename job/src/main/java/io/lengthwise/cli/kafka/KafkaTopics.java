package io.lengthwise.cli.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Topics of a broker. */
public final class KafkaTopics {

  private KafkaTopics() {}

  /**
   * Creates topics, and returns when they take records, which is some time after they exist. A
   * producer that is refused its first batch and whose second one is taken sends the first in vain
   * until it expires.
   *
   * @param topics whose number of partitions is given
   * @throws ExecutionException with what the broker says, if it does not create them
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
    // Only the leaders know the ends.
    admin.listOffsets(ends).all().get();
  }
}
