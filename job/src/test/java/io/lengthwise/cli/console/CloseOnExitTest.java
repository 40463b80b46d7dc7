package io.lengthwise.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CloseOnExitTest {

  @Test
  void endsOnce() {
    AtomicInteger ends = new AtomicInteger();
    CloseOnExit guard = CloseOnExit.of(ends::incrementAndGet);

    guard.close();
    guard.close();

    assertThat(ends).hasValue(1);
  }

  @Test
  void whoComesSecondWaitsForTheEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CloseOnExit guard =
        CloseOnExit.of(
            () -> {
              begun.countDown();
              awaitQuietly(mayEnd);
            });
    CompletableFuture<Void> first = CompletableFuture.runAsync(guard::close);
    begun.await();
    Thread second = new Thread(guard::close);
    second.start();

    while (second.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    mayEnd.countDown();
    first.join();
    second.join();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
