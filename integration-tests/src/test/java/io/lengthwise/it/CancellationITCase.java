package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job that is cancelled while rows run. */
@Timeout(180)
@ExtendWith(NoThreadsLeft.class)
class CancellationITCase {

  private static final int REQUESTS = 2000;

  @RegisterExtension private static final TestingBroker BROKER = new TestingBroker();
  @RegisterExtension private static final TestingCluster CLUSTER = new TestingCluster(1);

  @Test
  void theDeviceIsFreeAtOnceForTheNextJob() throws Exception {
    TestingTopics cancelled = BROKER.topics("cancelled");
    cancelled.send(
        IntStream.range(0, REQUESTS).mapToObj(i -> TinyModel.longChat("r" + i, 200)).toList());

    JobID job =
        CLUSTER.start(
            TinyModel.configuration(
                TinyModel.jobOn(cancelled),
                Map.of("engine.width", "2", "engine.segment-steps", "4")));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> CLUSTER.sum(job, "rowsRunning") > 0 && CLUSTER.sum(job, "completed") > 0);
    assertThat(NoThreadsLeft.named(TestingCluster.ENGINE_THREAD)).hasSize(1);
    CLUSTER.cancel(job);

    assertThat(NoThreadsLeft.named(TestingCluster.ENGINE_THREAD)).isEmpty();
    assertThat(CLUSTER.sum(job, "completed")).isLessThan(REQUESTS);

    TestingTopics next = BROKER.topics("next");
    next.send(IntStream.range(0, 20).mapToObj(i -> TinyModel.longChat("r" + i, 10)).toList());
    CLUSTER.finish(
        CLUSTER.start(
            TinyModel.configuration(TinyModel.jobOn(next), Map.of("requests.bounded", "true"))));
    assertThat(next.committedResponses())
        .hasSize(20)
        .allMatch(response -> response.status() == 200);
  }
}
