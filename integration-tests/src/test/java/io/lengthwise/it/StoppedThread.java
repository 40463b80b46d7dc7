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
 * A thread of another process that is stopped in native code while the other threads of the process
 * continue. It simulates a device call that never returns.
 *
 * <p>The thread is stopped like by a debugger, so that the process can still be killed. The tracing
 * belongs to one thread of this JVM. That thread waits for the end of the stopped one, because its
 * process is gone only then.
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

  /** Functions of the C library that Java does not offer. */
  private interface LinuxCalls extends Library {
    long ptrace(int request, int thread, Pointer address, Pointer data);

    int waitpid(int thread, IntByReference status, int options);
  }

  private StoppedThread(Path folder) {
    this.folder = folder;
    this.id = Integer.parseInt(folder.getFileName().toString());
  }

  /**
   * Stops a thread forever, the next time that it is in a library.
   *
   * @param name the beginning of the thread's name
   * @param library the beginning of the library's file name
   * @throws TestAbortedException if this machine does not allow it
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

  /** Runs in the thread that stays the tracer. */
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
      // The end of the thread.
      calls.waitpid(id, new IntByReference(), ANY_THREAD);
    } catch (Throwable e) {
      allowed.completeExceptionally(e);
    }
  }

  /** Stops the thread, and lets it continue if it is elsewhere. */
  private boolean stopsIn(String library) {
    calls.ptrace(INTERRUPT, id, Pointer.NULL, Pointer.NULL);
    int status = nextStop();
    while (status >> 16 != STOPPED_BY_INTERRUPT) {
      // Signals stop it: the JVM sends them to its threads now and then.
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
