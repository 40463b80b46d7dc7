package io.lengthwise.it;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the tokens that the engines of a cluster generate, those of attempts that failed included,
 * from what the TaskManagers publish for Prometheus.
 *
 * <p>An engine lives as long as its subtask's attempt where a TaskManager has one slot, so the sum
 * is over attempts. What an attempt generates between the last reading and its end is missed.
 */
final class TokenMeter implements AutoCloseable {

  private static final Pattern GENERATED =
      Pattern.compile(
          "flink_taskmanager_job_task_operator_lengthwise_decodeTokens\\{[^}]*"
              + "task_attempt_id=\"([^\"]*)\"[^}]*} (\\S+)");

  private static final long INTERVAL_MILLIS = 100;

  private final TestingSessionCluster cluster;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, Long> byAttempt = new ConcurrentHashMap<>();

  private TokenMeter(TestingSessionCluster cluster) {
    this.cluster = cluster;
  }

  static TokenMeter start(TestingSessionCluster cluster) {
    TokenMeter meter = new TokenMeter(cluster);
    meter.clock.scheduleWithFixedDelay(meter::read, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    return meter;
  }

  private void read() {
    for (TestingTaskManager taskManager : cluster.taskManagers()) {
      Matcher matcher = GENERATED.matcher(metrics(taskManager));
      while (matcher.find()) {
        byAttempt.merge(matcher.group(1), (long) Double.parseDouble(matcher.group(2)), Math::max);
      }
    }
  }

  private static String metrics(TestingTaskManager taskManager) {
    try {
      return taskManager.metrics();
    } catch (InterruptedException e) {
      // The meter is closed.
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Tokens of all attempts since the start. */
  long generated() {
    return byAttempt.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
