package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.Calibrations;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.FatalExitExceptionHandler;

/** The engines of this JVM: one for each model and device, shared by the subtasks that use it. */
final class Engines {

  private static final Map<ModelSpec, Engine> SHARED = new HashMap<>();

  private record Users(Engine engine, EngineUse use) {}

  /** Of every engine that is not closed, also of one that failed and was replaced. */
  private static final Map<Users, Integer> USERS = new HashMap<>();

  /** In which the tasks tell the JobManager why they have failed. */
  private static final long LAST_WORDS_MILLIS = 5000;

  private Engines() {}

  /** As {@link #acquire(ModelSpec, EngineOptions, EngineUse, Collection)}, for answers. */
  static Engine acquire(ModelSpec spec, EngineOptions options) {
    return acquire(spec, options, EngineUse.ANSWERS, List.of());
  }

  /**
   * The engine of a model, started if this is its first user; on {@code cuda} that of the GPU with
   * the fewest users of this kind. Give it back with {@link #release}.
   *
   * @param gpus numbers of those that were assigned, none for any of the machine
   * @throws IllegalStateException if it runs with other options
   */
  static synchronized Engine acquire(
      ModelSpec spec, EngineOptions options, EngineUse use, Collection<Integer> gpus) {
    ModelSpec place =
        spec.onEachDevice(gpus).stream()
            .min(Comparator.comparingInt(device -> users(SHARED.get(device), use)))
            .orElseThrow();
    Engine engine = SHARED.get(place);
    if (engine == null || engine.hasFailed()) {
      engine = new Engine(place, options, Calibrations.ofUser(), Engines::endProcess);
      SHARED.put(place, engine);
    }
    if (!engine.options().equals(options)) {
      throw new IllegalStateException(
          "%s runs on %s with other options already: %s"
              .formatted(place.name(), place.device(), engine.options()));
    }
    USERS.merge(new Users(engine, use), 1, Integer::sum);
    return engine;
  }

  private static int users(Engine engine, EngineUse use) {
    return USERS.getOrDefault(new Users(engine, use), 0);
  }

  /** Gives an engine back that was acquired for answers. */
  static void release(Engine engine) throws InterruptedException {
    release(engine, EngineUse.ANSWERS);
  }

  /** Gives an engine back; with its last user it leaves the device before another may come. */
  static synchronized void release(Engine engine, EngineUse use) throws InterruptedException {
    USERS.merge(new Users(engine, use), -1, Integer::sum);
    if (Arrays.stream(EngineUse.values()).allMatch(any -> users(engine, any) == 0)) {
      USERS.keySet().removeIf(users -> users.engine() == engine);
      SHARED.remove(engine.spec(), engine);
      engine.close();
    }
  }

  /** Ends the process as Flink does after a fatal error. */
  private static void endProcess(Throwable cause) {
    try {
      Thread.sleep(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      // All the sooner.
    }
    FatalExitExceptionHandler.INSTANCE.uncaughtException(Thread.currentThread(), cause);
  }
}
