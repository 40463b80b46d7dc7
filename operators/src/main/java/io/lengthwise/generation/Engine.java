package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.probe.HiddenStateTask;
import io.lengthwise.generation.probe.ProbeQueue;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.ModelSpec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one model on one device busy, for all subtasks of a TaskManager that use it.
 *
 * <p>Only the engine's thread uses the device. It takes the work that subtasks submit, lets the
 * schedule advance cycle by cycle, and tells a subtask when one of its rows has ended.
 *
 * <p>If the device fails, every session is told, and the engine is not used again. If a cycle does
 * not end, or the device computes nothing at all any more, the process has to end: nothing else
 * stops native code and frees its memory, and after some CUDA errors no GPU computes again in the
 * same process.
 */
final class Engine {

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final ModelSpec spec;
  private final EngineOptions options;
  private final Calibrations calibrations;
  private final EngineStatistics statistics = new EngineStatistics();
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final CompletableFuture<CausalLanguageModel> loaded = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Consumer<Throwable> endOfProcess;
  private final ModelLoader loader;
  private final Watchdog loading = new Watchdog(this::giveUpLoad);
  private final Watchdog watchdog = new Watchdog(this::giveUpStep);
  private final Thread thread;

  /** Confined to the engine's thread, as {@code closed}. */
  private Workload workload;

  private boolean closed;

  private volatile Throwable failure;

  /** Whether the engine's thread is abandoned, so that nobody waits for it. */
  private volatile boolean givenUp;

  /**
   * Starts to load the model.
   *
   * @param calibrations costs that were measured on this machine
   * @param endOfProcess called with the cause when the process has to end, after all sessions
   */
  Engine(
      ModelSpec spec,
      EngineOptions options,
      Calibrations calibrations,
      Consumer<Throwable> endOfProcess) {
    this(spec, options, calibrations, endOfProcess, CausalLanguageModel::open);
  }

  /** The same, with another way to load the model. */
  Engine(
      ModelSpec spec,
      EngineOptions options,
      Calibrations calibrations,
      Consumer<Throwable> endOfProcess,
      ModelLoader loader) {
    this.spec = spec;
    this.options = options;
    this.calibrations = calibrations;
    this.endOfProcess = endOfProcess;
    this.loader = loader;
    thread = new Thread(this::run, "lengthwise-engine-" + spec.name());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until the model is on the device.
   *
   * @throws IOException if the model's files cannot be read
   */
  CausalLanguageModel model() throws IOException, InterruptedException {
    try {
      return loaded.get();
    } catch (ExecutionException e) {
      throw new IOException(
          "Model %s cannot be loaded from %s: %s"
              .formatted(spec.name(), spec.path(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  ModelSpec spec() {
    return spec;
  }

  EngineStatistics statistics() {
    return statistics;
  }

  EngineOptions options() {
    return options;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /**
   * Opens a session for one subtask.
   *
   * @param whenFailed called by any thread if the device fails or has failed
   */
  Session openSession(Consumer<Throwable> whenFailed) {
    Session session = new Session(whenFailed);
    sessions.add(session);
    if (failure != null) {
      whenFailed.accept(failure);
    }
    return session;
  }

  /** Closes the engine. Returns when the device is free, or at once if the engine was abandoned. */
  void close() throws InterruptedException {
    commands.add(() -> closed = true);
    ended.await();
    if (givenUp) {
      return;
    }
    thread.join();
    if (!loaded.isCompletedExceptionally()) {
      // The engine's thread must not close the tokenizer: a task may still decode an answer.
      loaded.join().tokenizer().close();
    }
  }

  private void run() {
    CausalLanguageModel model = null;
    try {
      loading.start("lengthwise-load-watchdog-" + spec.name(), options.limits().loadTimeout());
      loading.begin();
      model = loader.load(spec, options.limits().threads());
      workload = Workload.of(model, spec, options, calibrations, statistics);
      loading.close();
      LOG.info(
          "{} is on {}: {} weights, a key-value cache of {} tokens, {} rows at most",
          spec.name(),
          spec.device(),
          spec.chosenWeights(),
          workload.cells(),
          statistics.width());
      loaded.complete(model);
      watchdog.start("lengthwise-watchdog-" + spec.name(), options.limits().stepTimeout());
      serve();
    } catch (Throwable e) {
      fail(e);
      if (model != null) {
        endProcessUnlessItComputes(model);
      }
    } finally {
      loading.close();
      watchdog.close();
      try {
        if (model != null && !givenUp) {
          leave(model);
        }
      } finally {
        ended.countDown();
      }
    }
  }

  /** Frees the device. The tokenizer stays open for tasks that have the model. */
  private void leave(CausalLanguageModel model) {
    if (loaded.isCompletedExceptionally()) {
      model.close();
    } else {
      model.decoder().close();
    }
  }

  private void serve() throws InterruptedException {
    while (!closed && !givenUp) {
      if (workload.isIdle()) {
        commands.take().run();
      }
      for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
        command.run();
      }
      watchdog.begin();
      workload.advance();
      watchdog.end();
    }
  }

  private void giveUpStep() {
    giveUp(
        "A step of %s on %s has not ended within %s (engine.step-timeout)"
            .formatted(spec.name(), spec.device(), options.limits().stepTimeout()));
  }

  private void giveUpLoad() {
    giveUp(
        "%s has not been loaded from %s onto %s within %s (engine.load-timeout)"
            .formatted(spec.name(), spec.path(), spec.device(), options.limits().loadTimeout()));
  }

  /** Ends the process. Called by a watchdog's thread. */
  private void giveUp(String reason) {
    IllegalStateException stuck =
        new IllegalStateException(
            reason + ". The process ends, since nothing else frees the device");
    // The stack of the stuck thread says where it is stuck.
    stuck.setStackTrace(thread.getStackTrace());
    fail(stuck);
    endProcess(stuck);
  }

  /**
   * Ends the process if the device computes nothing any more. CUDA reports errors late, so the
   * device multiplies the weights by a row that depends on no earlier call.
   */
  private void endProcessUnlessItComputes(CausalLanguageModel model) {
    try {
      model.decoder().products(1, 1);
    } catch (RuntimeException e) {
      endProcess(
          new IllegalStateException(
              "%s computes nothing for %s any more. The process ends, since an engine in another one may"
                  .formatted(spec.device(), spec.name()),
              e));
    }
  }

  /** Abandons the engine's thread and ends the process. */
  private void endProcess(Throwable cause) {
    givenUp = true;
    ended.countDown();
    endOfProcess.accept(cause);
  }

  private void fail(Throwable e) {
    LOG.error("The engine of {} has failed", spec.name(), e);
    failure = e;
    loaded.completeExceptionally(e);
    sessions.forEach(session -> session.whenFailed.accept(e));
  }

  /** The use of the engine by one subtask. For the subtask's thread. */
  final class Session implements ProbeQueue, AutoCloseable {

    private final Consumer<Throwable> whenFailed;

    private Session(Consumer<Throwable> whenFailed) {
      this.whenFailed = whenFailed;
    }

    /** Submits the rows of a micro-batch. */
    void submit(List<Row> microBatch) {
      commands.add(() -> workload.answer(microBatch));
    }

    @Override
    public void ask(Row question) {
      commands.add(() -> workload.ask(question));
    }

    @Override
    public void probe(HiddenStateTask prompt) {
      commands.add(() -> workload.probe(prompt));
    }

    /** Drops cancelled work. The slots of its rows are free at the end of the segment. */
    void dropCancelled() {
      commands.add(() -> workload.dropCancelled());
    }

    @Override
    public void close() {
      sessions.remove(this);
    }
  }
}
