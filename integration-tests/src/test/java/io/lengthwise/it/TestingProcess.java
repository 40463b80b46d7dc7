package io.lengthwise.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A process that tests can break. It ends with this JVM, even if this JVM is killed. */
final class TestingProcess implements AutoCloseable {

  /**
   * The kernel ends a child when the thread that started it ends. This thread therefore never ends.
   */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "process-starter");
            thread.setDaemon(true);
            return thread;
          });

  private static final long STOP_SECONDS = 60;

  private final Process process;

  private TestingProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a command.
   *
   * @param log the file to which its output is appended
   */
  static TestingProcess start(Path log, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new TestingProcess(STARTER.submit(builder::start).get());
    } catch (ExecutionException e) {
      throw new IOException("could not start " + command, e.getCause());
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}, and waits until the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks the process to end, and waits until it has ended. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }

  /** {@code SIGSTOP}: the process keeps its memory and connections and does nothing. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Continues the process after {@link #pause}. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("no process %d to signal".formatted(pid()));
    }
  }

  /** Returns the output of {@code jcmd} for this process, which must be a JVM. */
  String jcmd(String... command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>();
    whole.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    whole.add(String.valueOf(pid()));
    whole.addAll(List.of(command));
    Process jcmd = new ProcessBuilder(whole).redirectErrorStream(true).start();
    String output = new String(jcmd.getInputStream().readAllBytes());
    jcmd.waitFor();
    return output;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Ports of the loopback address that nobody listens on. */
  static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      // All are held until all are known, so that they differ.
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
