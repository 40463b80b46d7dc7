package io.lengthwise.generation;

import io.lengthwise.model.ModelSpec;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** The engines of this JVM: one for each model and device, shared by the subtasks that use it. */
final class Engines {

  private static final Map<ModelSpec, Engine> SHARED = new HashMap<>();

  /** Of every engine that is not closed, also of one that failed and was replaced. */
  private static final Map<Engine, Integer> USERS = new HashMap<>();

  private Engines() {}

  /**
   * The engine of a model, started if this is its first user; on {@code cuda} that of the GPU with
   * the fewest users. Give it back with {@link #release}.
   *
   * @throws IllegalStateException if it runs with other options
   */
  static synchronized Engine acquire(ModelSpec spec, EngineOptions options) {
    ModelSpec place =
        spec.onEachDevice().stream()
            .min(Comparator.comparingInt(device -> USERS.getOrDefault(SHARED.get(device), 0)))
            .orElseThrow();
    Engine engine = SHARED.get(place);
    if (engine == null || engine.hasFailed()) {
      engine = new Engine(place, options);
      SHARED.put(place, engine);
    }
    if (!engine.options().equals(options)) {
      throw new IllegalStateException(
          "%s runs on %s with other options already: %s"
              .formatted(place.name(), place.device(), engine.options()));
    }
    USERS.merge(engine, 1, Integer::sum);
    return engine;
  }

  /** Gives an engine back; with its last user it leaves the device before another may come. */
  static synchronized void release(Engine engine) throws InterruptedException {
    if (USERS.merge(engine, -1, Integer::sum) == 0) {
      USERS.remove(engine);
      SHARED.remove(engine.spec(), engine);
      engine.close();
    }
  }
}
