package io.lengthwise.it;

import static org.awaitility.Awaitility.await;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A thread of another process that stands still inside native code while the process's other
 * threads go on, as one does whose call of the device never returns.
 *
 * <p>A debugger's means are used, so that it can still be killed. They belong to one thread of this
 * JVM, which waits for the stopped one's end: only then is its process gone.
 */
final class StoppedThread {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int SEIZE = 0x4206;
  private static final int INTERRUPT = 0x4207;
  private static final int CONTINUE = 7;
  private static final int STOPPED = 0x7f;
  private static final int STOPPED_BY_INTERRUPT = 128;
  private static final int ANY_THREAD = 0x40000000;

  /** The longest name that the kernel has for a thread. */
  private static final int LONGEST_NAME = 15;

  private final Path folder;
  private final int id;
  private final LinuxCalls calls = Native.load("c", LinuxCalls.class);

  /** Those of the C library that Java has not. */
  private interface LinuxCalls extends Library {
    long ptrace(int request, int thread, Pointer address, Pointer data);

    int waitpid(int thread, IntByReference status, int options);
  }

  private StoppedThread(Path folder) {
    this.folder = folder;
    this.id = Integer.parseInt(folder.getFileName().toString());
  }

  /**
   * Stops a thread, for good, the next time that it is in a library.
   *
   * @param name how the thread's name begins
   * @param library how its file's name begins
   * @throws TestAbortedException where this machine does not allow it
   */
  static void stop(TestingProcess process, String name, String library) throws IOException {
    StoppedThread stopped = new StoppedThread(find(process, name));
    CompletableFuture<Boolean> allowed = new CompletableFuture<>();
    Thread tracer = new Thread(() -> stopped.trace(library, allowed), "tracer");
    tracer.setDaemon(true);
    tracer.start();
    if (!allowed.join()) {
      throw new TestAbortedException("No stuck engine: this machine allows no ptrace");
    }
  }

  private static Path find(TestingProcess process, String name) throws IOException {
    String known = name.substring(0, Math.min(name.length(), LONGEST_NAME));
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return threads
          .filter(thread -> read(thread.resolve("comm")).startsWith(known))
          .findFirst()
          .orElseThrow();
    }
  }

  /** By the thread that stays its tracer. */
  private void trace(String library, CompletableFuture<Boolean> allowed) {
    try {
      if (calls.ptrace(SEIZE, id, Pointer.NULL, Pointer.NULL) != 0) {
        allowed.complete(false);
        return;
      }
      await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .atMost(PATIENCE)
          .until(() -> stopsIn(library));
      allowed.complete(true);
      // Its end.
      calls.waitpid(id, new IntByReference(), ANY_THREAD);
    } catch (Throwable e) {
      allowed.completeExceptionally(e);
    }
  }

  /** Stops it, and lets it go on where it is elsewhere. */
  private boolean stopsIn(String library) {
    calls.ptrace(INTERRUPT, id, Pointer.NULL, Pointer.NULL);
    int status = nextStop();
    while (status >> 16 != STOPPED_BY_INTERRUPT) {
      // By a signal, which the JVM sends its threads now and then.
      goOn(status >> 8 & 0xff);
      status = nextStop();
    }
    boolean there = isIn(library);
    if (!there) {
      goOn(0);
    }
    return there;
  }

  private int nextStop() {
    IntByReference status = new IntByReference();
    if (calls.waitpid(id, status, ANY_THREAD) != id || (status.getValue() & 0xff) != STOPPED) {
      throw new IllegalStateException("the thread has ended");
    }
    return status.getValue();
  }

  private void goOn(int signal) {
    calls.ptrace(CONTINUE, id, Pointer.NULL, Pointer.createConstant(signal));
  }

  private boolean isIn(String library) {
    String[] state = read(folder.resolve("syscall")).strip().split(" ");
    long place = Long.decode(state[state.length - 1]);
    return read(folder.resolve("maps"))
        .lines()
        .filter(line -> line.contains("/" + library))
        .map(line -> line.split("[- ]", 3))
        .anyMatch(
            line -> place >= Long.parseLong(line[0], 16) && place < Long.parseLong(line[1], 16));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
