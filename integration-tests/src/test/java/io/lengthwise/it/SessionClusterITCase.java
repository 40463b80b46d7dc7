package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged job on a Flink cluster and a broker in processes, submitted by Flink's client. */
@Timeout(900)
class SessionClusterITCase {

  private static final int REQUESTS = 160;

  @RegisterExtension private static final TestingBrokerProcess BROKER = new TestingBrokerProcess();

  /** Declared before the broker, so that both start at the same time. */
  @Order(1)
  @RegisterExtension
  private static final TestingSessionCluster CLUSTER =
      new TestingSessionCluster(
          2,
          // Two subtasks on two TaskManagers. Each TaskManager has room for both.
          Map.of("taskmanager.numberOfTaskSlots", "2", "taskmanager.load-balance.mode", "SLOTS"));

  @Test
  void everyRequestIsAnsweredOnceThoughATaskManagerIsKilled() throws Exception {
    TestingTopics topics = BROKER.topics("killed");
    Map<String, String> options = TinyModel.jobUnderLoad(topics, "exactly-once");

    List<Response> responses;
    try (TestingClient client = TestingClient.start(topics, REQUESTS, 200)) {
      String job = CLUSTER.client().run(options);
      client.awaitAnswered(REQUESTS / 8);
      CLUSTER.killTaskManager(CLUSTER.taskManagers().get(0));
      assertThat(topics.committedResponses()).hasSizeLessThan(REQUESTS);
      responses = client.awaitAllAnswered();
      client.check(responses);
      CLUSTER.cancel(job);
    }

    assertThat(responses).hasSize(REQUESTS).anyMatch(response -> response.continuedTokens() > 0);
  }
}
