package io.lengthwise.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Checks after a class's cluster and broker have ended that no thread of an engine or of a Kafka
 * producer is alive.
 */
final class NoThreadsLeft implements AfterAllCallback {

  private static final List<String> PREFIXES =
      List.of(
          TestingCluster.ENGINE_THREAD,
          "kafka-producer-network-thread",
          "kafka-admin-client-thread");

  @Override
  public void afterAll(ExtensionContext context) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> PREFIXES.forEach(prefix -> assertThat(named(prefix)).isEmpty()));
  }

  /** The names of the living threads with the given prefix. */
  static List<String> named(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
