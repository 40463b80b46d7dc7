package io.lengthwise.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WatchdogTest {

  private final Watchdog watchdog = new Watchdog(() -> {});

  @Test
  void stepThatIsTheSameAtEveryLookIsStuck() {
    watchdog.turn();
    assertThat(stuckWithin(Watchdog.LOOKS)).isFalse();
    assertThat(watchdog.isStuck()).isTrue();
  }

  @Test
  void stepThatEndsBetweenTwoLooksIsNot() {
    for (int step = 0; step < 3; step++) {
      watchdog.turn();
      assertThat(stuckWithin(Watchdog.LOOKS)).isFalse();
      watchdog.turn();
    }
  }

  @Test
  void engineWithNothingToDoIsNot() {
    assertThat(stuckWithin(10 * Watchdog.LOOKS)).isFalse();
    watchdog.turn();
    watchdog.turn();
    assertThat(stuckWithin(10 * Watchdog.LOOKS)).isFalse();
  }

  @Test
  void stuckStepIsToldByItsOwnThread() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (Watchdog watching = new Watchdog(told::countDown)) {
      watching.turn();
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
