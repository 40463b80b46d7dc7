package io.lengthwise.generation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices when a cycle of another thread does not end.
 *
 * <p>The watchdog checks ten times within the timeout. A cycle that is the same at all of these
 * checks is stuck. Checks are counted rather than time: a process that was stopped for a while did
 * not check meanwhile, so its cycle does not count as stuck.
 */
final class Watchdog implements AutoCloseable {

  /** The checks within a timeout. */
  static final int LOOKS = 10;

  private final Runnable whenStuck;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * How often a cycle has begun or ended; odd while a cycle runs. Written by the watched thread.
   */
  private volatile long changes;

  private long seen;
  private int looksAtSame;

  /**
   * A watchdog that has not started.
   *
   * @param whenStuck called once, by the watchdog's thread
   */
  Watchdog(Runnable whenStuck) {
    this.whenStuck = whenStuck;
  }

  /** Starts to check, with a thread of this name. */
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
      // Only the end of the process interrupts this thread.
    }
  }

  /**
   * Checks once.
   *
   * @return whether the cycle is stuck
   */
  boolean isStuck() {
    long now = changes;
    looksAtSame = now % 2 == 1 && now == seen ? looksAtSame + 1 : 0;
    seen = now;
    return looksAtSame == LOOKS;
  }

  /** The watched thread begins a cycle. For the watched thread. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  void begin() {
    changes++;
  }

  /** The watched thread has ended its cycle. For the watched thread. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField")
  void end() {
    changes++;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
