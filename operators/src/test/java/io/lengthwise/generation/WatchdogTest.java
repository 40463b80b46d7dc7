package io.lengthwise.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchdogTest {

  private final Watchdog watchdog = new Watchdog(() -> {});

  @Test
  void cycleThatIsTheSameAtEveryLookIsStuck() {
    watchdog.begin();
    assertThat(stuckWithin(Watchdog.LOOKS)).isFalse();
    assertThat(watchdog.isStuck()).isTrue();
  }

  @Test
  void cycleThatEndsBetweenTwoLooksIsNot() {
    for (int cycle = 0; cycle < 3; cycle++) {
      watchdog.begin();
      assertThat(stuckWithin(Watchdog.LOOKS)).isFalse();
      watchdog.end();
    }
  }

  @Test
  void engineWithNothingToDoIsNot() {
    assertThat(stuckWithin(10 * Watchdog.LOOKS)).isFalse();
    watchdog.begin();
    watchdog.end();
    assertThat(stuckWithin(10 * Watchdog.LOOKS)).isFalse();
  }

  @Test
  void stuckCycleIsToldByItsOwnThread() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (Watchdog watching = new Watchdog(told::countDown)) {
      watching.begin();
      watching.start("watchdog", Duration.ofMillis(Watchdog.LOOKS));
      told.await();
    }
  }

  private boolean stuckWithin(int looks) {
    for (int look = 0; look < looks; look++) {
      if (watchdog.isStuck()) {
        return true;
      }
    }
    return false;
  }
}
