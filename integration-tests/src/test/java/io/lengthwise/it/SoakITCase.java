package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TaskManager that survives many failures of others and many jobs needs no more memory and
 * threads at the end than near the beginning.
 *
 * <p>{@code target/soak.md} lists the measurements. {@code -Dlengthwise.soak.minutes=3} makes the
 * test short.
 */
@Tag("soak")
@Timeout(7200)
class SoakITCase {

  private static final Logger LOG = LoggerFactory.getLogger(SoakITCase.class);
  private static final Path TABLE = Path.of("target", "soak.md");
  private static final int MINUTES = Integer.getInteger("lengthwise.soak.minutes", 30);

  /** One kill every two minutes, and more if there is little time. */
  private static final int KILLS = Math.max(MINUTES / 2, 6);

  private static final int PER_SECOND = 10;
  private static final int JOBS = 20;
  private static final int REQUESTS_OF_A_JOB = 20;

  /** The first measurements may be lower, because caches fill and code is compiled. */
  private static final int WARM_UP = 2;

  private static final Map<String, ToLongFunction<Footprint>> PARTS =
      Map.of(
          "megabytes resident", Footprint::residentMegabytes,
          "megabytes outside the heap", Footprint::megabytesOutsideTheHeap,
          "kilobytes of direct buffers", Footprint::directKilobytes,
          "megabytes of metaspace", Footprint::metaspaceMegabytes,
          "threads", Footprint::threads);

  @RegisterExtension private static final TestingBrokerProcess BROKER = new TestingBrokerProcess();

  @RegisterExtension
  private static final TestingSessionCluster CLUSTER =
      new TestingSessionCluster(
          2,
          // Without this option, a process grows until all of its heap has been used.
          Map.of("env.java.opts.taskmanager", "-XX:+AlwaysPreTouch"));

  @Test
  void memoryIsFlatWhileAnotherTaskManagerIsKilledEveryTwoMinutes() throws Exception {
    TestingTopics topics = BROKER.topics("soak");
    int requests = MINUTES * 60 * PER_SECOND;
    TestingTaskManager survivor = CLUSTER.taskManagers().get(0);
    List<Footprint> readings = new ArrayList<>();
    try (TestingClient client = TestingClient.start(topics, requests, PER_SECOND)) {
      String job = CLUSTER.client().run(TinyModel.jobUnderLoad(topics, "exactly-once"));
      for (int kill = 1; kill < KILLS; kill++) {
        // The client's pace is the clock.
        client.awaitAnswered(kill * requests / KILLS);
        readings.add(read(survivor, "kill " + kill));
        CLUSTER.killTaskManager(CLUSTER.taskManagers().get(1));
        CLUSTER.startTaskManager();
      }
      client.check(client.awaitAllAnswered());
      CLUSTER.cancel(job);
    }

    assertFlat(readings);
    assertThat(topics.committedResponses()).hasSize(requests);
  }

  @Test
  void jobsLeaveNeitherThreadsNorClassLoaders() throws Exception {
    List<Footprint> readings = new ArrayList<>();
    for (int i = 1; i <= JOBS; i++) {
      TestingTopics topics = BROKER.topics("job-" + i);
      try (TestingClient client = TestingClient.start(topics, REQUESTS_OF_A_JOB, 100)) {
        String job = CLUSTER.client().run(TinyModel.jobUnderLoad(topics, "exactly-once"));
        client.check(client.awaitAllAnswered());
        CLUSTER.cancel(job);
      }
      readings.add(read(CLUSTER.taskManagers().get(0), "job " + i));
    }

    assertFlat(readings);
  }

  private static Footprint read(TestingTaskManager taskManager, String when) throws Exception {
    Footprint reading = Footprint.of(taskManager);
    String line = reading.row(when);
    LOG.info(line);
    Files.writeString(TABLE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return reading;
  }

  /** No value at the end exceeds the largest value near the beginning by more than a tenth. */
  private static void assertFlat(List<Footprint> readings) {
    int early = WARM_UP + (readings.size() - WARM_UP) / 2;
    Footprint last = readings.get(readings.size() - 1);
    List<Footprint> first = readings.subList(WARM_UP, early);
    PARTS.forEach(
        (name, part) ->
            assertThat(part.applyAsLong(last)).as(name).isLessThan(most(first, part) * 11 / 10));
    // JNA's thread keeps the class loader of the first job, and a cache of Java the latest one.
    assertThat(last.jobClassLoaders())
        .as("class loaders of jobs")
        .isLessThanOrEqualTo(most(first, Footprint::jobClassLoaders));
  }

  private static long most(List<Footprint> readings, ToLongFunction<Footprint> part) {
    return readings.stream().mapToLong(part).max().orElseThrow();
  }
}
