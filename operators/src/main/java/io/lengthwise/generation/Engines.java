package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.flink.util.FatalExitExceptionHandler;

/** The engines of a JVM: one for each model and device, shared by the subtasks that use it. */
final class Engines {

  /** The engines of this JVM. */
  private static final Engines SHARED =
      new Engines(
          (spec, options) -> new Engine(spec, options, Calibrations.ofUser(), Engines::endProcess));

  /** The time in which the tasks tell the JobManager why they have failed. */
  private static final long LAST_WORDS_MILLIS = 5000;

  private record Users(Engine engine, EngineUse use) {}

  private final BiFunction<ModelSpec, EngineOptions, Engine> factory;

  private final Map<ModelSpec, Engine> running = new HashMap<>();

  /** The users of every engine that is not closed, also of an engine that failed. */
  private final Map<Users, Integer> users = new HashMap<>();

  /** The engines without users that have yet to leave their devices. */
  private final Set<Engine> leaving = new HashSet<>();

  /**
   * A registry without engines.
   *
   * @param factory starts an engine
   */
  Engines(BiFunction<ModelSpec, EngineOptions, Engine> factory) {
    this.factory = factory;
  }

  static Engines shared() {
    return SHARED;
  }

  /**
   * The engine of a model, started for its first user. On {@code cuda} it is the engine of the GPU
   * that has the fewest users of this kind. Give it back with {@link #release}.
   *
   * <p>A new engine waits until the last engine of the same model has left the device. Engines of
   * other models do not wait.
   *
   * @param gpus the numbers of the assigned GPUs, empty for any GPU of the machine
   * @throws IllegalStateException if the engine runs with other options
   */
  synchronized Engine acquire(
      ModelSpec spec, EngineOptions options, EngineUse use, Collection<Integer> gpus)
      throws InterruptedException {
    ModelSpec device = leastUsed(spec, use, gpus);
    while (isTaken(device)) {
      wait();
      device = leastUsed(spec, use, gpus);
    }
    Engine engine = running.get(device);
    if (engine == null || engine.hasFailed()) {
      engine = factory.apply(device, options);
      running.put(device, engine);
    }
    if (!engine.options().equals(options)) {
      throw new IllegalStateException(
          "%s runs on %s with other options already: %s"
              .formatted(device.name(), device.device(), engine.options()));
    }
    users.merge(new Users(engine, use), 1, Integer::sum);
    return engine;
  }

  private boolean isTaken(ModelSpec device) {
    return leaving.stream().anyMatch(engine -> engine.spec().equals(device));
  }

  private ModelSpec leastUsed(ModelSpec spec, EngineUse use, Collection<Integer> gpus) {
    return spec.onEachDevice(gpus).stream()
        .min(Comparator.comparingInt(each -> usersOf(running.get(each), use)))
        .orElseThrow();
  }

  private int usersOf(Engine engine, EngineUse use) {
    return users.getOrDefault(new Users(engine, use), 0);
  }

  /** Gives an engine back. The last user closes it and waits until it is closed. */
  void release(Engine engine, EngineUse use) throws InterruptedException {
    if (!isLastRelease(engine, use)) {
      return;
    }
    try {
      engine.close();
    } finally {
      left(engine);
    }
  }

  private synchronized boolean isLastRelease(Engine engine, EngineUse use) {
    users.merge(new Users(engine, use), -1, Integer::sum);
    if (Arrays.stream(EngineUse.values()).anyMatch(any -> usersOf(engine, any) > 0)) {
      return false;
    }
    users.keySet().removeIf(entry -> entry.engine() == engine);
    running.remove(engine.spec(), engine);
    leaving.add(engine);
    return true;
  }

  private synchronized void left(Engine engine) {
    leaving.remove(engine);
    notifyAll();
  }

  /** Ends the process as Flink does after a fatal error. */
  private static void endProcess(Throwable cause) {
    try {
      Thread.sleep(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      // Nobody waits for this thread, so the process ends earlier.
    }
    FatalExitExceptionHandler.INSTANCE.uncaughtException(Thread.currentThread(), cause);
  }
}
