package io.lengthwise.generation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks whether the steps of another thread end.
 *
 * <p>A step that is the same at each look until the timeout is over is stuck. Looks are counted,
 * not time: a process that was stopped for a while has not looked meanwhile, and its step is not
 * stuck.
 */
final class Watchdog implements AutoCloseable {

  /** In a timeout. */
  static final int LOOKS = 10;

  private final Runnable whenStuck;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * How often a step has begun or ended; odd while one runs. Written by the thread of the steps.
   */
  private volatile long changes;

  private long seen;
  private int looksAtSame;

  /**
   * A watchdog that does not look yet.
   *
   * @param whenStuck called once, by the watchdog's thread
   */
  Watchdog(Runnable whenStuck) {
    this.whenStuck = whenStuck;
  }

  /** Begins to look. */
  void start(String name, Duration timeout) {
    long pause = Math.max(1, timeout.toMillis() / LOOKS);
    Thread thread = new Thread(() -> watch(pause), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(long pauseMillis) {
    try {
      while (!closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        if (isStuck()) {
          whenStuck.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it but who ends the process.
    }
  }

  /** Takes a look. */
  boolean isStuck() {
    long now = changes;
    looksAtSame = now % 2 == 1 && now == seen ? looksAtSame + 1 : 0;
    seen = now;
    return looksAtSame == LOOKS;
  }

  /** A cycle begins. For the watched thread. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  void begin() {
    changes++;
  }

  /** The cycle ended. For the watched thread. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  void end() {
    changes++;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
