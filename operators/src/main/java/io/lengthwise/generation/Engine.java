package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.ModelAccelerator;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import io.lengthwise.generation.probe.HiddenStateQueue;
import io.lengthwise.generation.probe.HiddenStateTask;
import io.lengthwise.generation.probe.ProbeQueue;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.schedule.RefillSchedule;
import io.lengthwise.generation.schedule.Schedule;
import io.lengthwise.generation.schedule.Tuning;
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
 * Keeps one model on one device busy, for all the subtasks of a TaskManager that use it.
 *
 * <p>Its thread alone touches the device: it takes what the subtasks submit, lets its schedule take
 * a turn, and tells them of each row the moment it ends. Should the device fail, every session is
 * told and the engine is of no more use. Should it not come back from a turn, or compute nothing at
 * all any more, the process has to end as well: nothing else stops native code and frees what it
 * holds, and nothing else makes a GPU compute after some errors of CUDA.
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
  private final Watchdog watchdog = new Watchdog(this::giveUp);
  private final Thread thread;

  /** Of the engine's thread. */
  private RowDevice device;

  private Schedule schedule;

  /**
   * Of the rows that ask about prompts. They run among the others where rows join and leave; where
   * a batch would hold them up, beside it.
   */
  private Schedule questions;

  private HiddenStateQueue hiddenStates;
  private boolean closed;

  private volatile Throwable failure;

  /** Whether its thread is left to itself. */
  private volatile boolean givenUp;

  /**
   * Starts to load the model.
   *
   * @param calibrations what was measured on this machine
   * @param endOfProcess ends the process, told why, when all sessions have been
   */
  Engine(
      ModelSpec spec,
      EngineOptions options,
      Calibrations calibrations,
      Consumer<Throwable> endOfProcess) {
    this.spec = spec;
    this.options = options;
    this.calibrations = calibrations;
    this.endOfProcess = endOfProcess;
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
   * Opens the door for one subtask.
   *
   * @param whenFailed told, on any thread, if the device fails or has failed
   */
  Session openSession(Consumer<Throwable> whenFailed) {
    Session session = new Session(whenFailed);
    sessions.add(session);
    if (failure != null) {
      whenFailed.accept(failure);
    }
    return session;
  }

  /** Frees the device, and returns when it is free, or never will be. */
  void close() throws InterruptedException {
    commands.add(() -> closed = true);
    ended.await();
    if (givenUp) {
      return;
    }
    thread.join();
    if (!loaded.isCompletedExceptionally()) {
      // Not by the engine's thread: until now a task may have turned an answer into text.
      loaded.join().tokenizer().close();
    }
  }

  private void run() {
    CausalLanguageModel model = null;
    try {
      model = CausalLanguageModel.open(spec, options.limits().threads());
      Accelerator accelerator = new ModelAccelerator(model.decoder(), options.batching().lookup());
      device = Schedule.device(accelerator, options, statistics);
      Tuning tuning = Tuning.of(spec, options, accelerator, device.cells(), calibrations);
      statistics.decodesTogether(tuning.options().batching().width());
      schedule = Schedule.of(device, tuning, statistics);
      questions =
          options.batching().discipline() == Discipline.REFILL
              ? schedule
              : new RefillSchedule(device, tuning, statistics);
      hiddenStates =
          new HiddenStateQueue(model.decoder()::read, options.prefill().chunk(), statistics);
      LOG.info(
          "{} is on {}: {} weights, a key-value cache of {} tokens, {} rows at most",
          spec.name(),
          spec.device(),
          spec.weights(),
          device.cells(),
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

  /** Frees the device; the tokenizer stays for tasks that have seen the model. */
  private void leave(CausalLanguageModel model) {
    if (loaded.isCompletedExceptionally()) {
      model.close();
    } else {
      model.decoder().close();
    }
  }

  private void serve() throws InterruptedException {
    while (!closed && !givenUp) {
      if (isIdle()) {
        commands.take().run();
      }
      for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
        command.run();
      }
      watchdog.begin();
      advance();
      watchdog.end();
    }
  }

  private boolean isIdle() {
    return schedule.isIdle() && questions.isIdle() && hiddenStates.isIdle();
  }

  /** What is asked about prompts goes first: requests wait for it before they can wait here. */
  private void advance() {
    hiddenStates.advance();
    if (questions != schedule && !questions.isIdle()) {
      questions.advance();
    }
    if (!schedule.isIdle()) {
      schedule.advance();
    }
  }

  /** By the watchdog's thread. */
  private void giveUp() {
    IllegalStateException stuck =
        new IllegalStateException(
            ("A step of %s on %s has not ended within %s (engine.step-timeout). The process ends,"
                    + " since nothing else frees the device")
                .formatted(spec.name(), spec.device(), options.limits().stepTimeout()));
    // Where it is says more than who found it.
    stuck.setStackTrace(thread.getStackTrace());
    fail(stuck);
    endProcess(stuck);
  }

  /**
   * What failed may have been any call, also one before it: CUDA tells late. So the device is asked
   * for something that depends on nothing but the weights.
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

  /** Leaves everything as it is, and lets nobody wait for it. */
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

  /** One subtask's use of the engine. For the subtask's thread. */
  final class Session implements ProbeQueue, AutoCloseable {

    private final Consumer<Throwable> whenFailed;

    private Session(Consumer<Throwable> whenFailed) {
      this.whenFailed = whenFailed;
    }

    /** Hands over the rows of a micro-batch. */
    void submit(List<Row> microBatch) {
      commands.add(() -> schedule.add(accepted(microBatch)));
    }

    @Override
    public void ask(Row question) {
      commands.add(() -> questions.add(accepted(List.of(question))));
    }

    @Override
    public void probe(HiddenStateTask prompt) {
      commands.add(() -> hiddenStates.add(prompt));
    }

    /** Drops what was cancelled; the places of rows are free at the end of the segment. */
    void dropCancelled() {
      commands.add(
          () -> {
            hiddenStates.dropCancelled();
            questions.dropCancelled();
            schedule.dropCancelled();
          });
    }

    @Override
    public void close() {
      sessions.remove(this);
    }
  }

  private List<Row> accepted(List<Row> microBatch) {
    return microBatch.stream().filter(device::accepts).toList();
  }
}
