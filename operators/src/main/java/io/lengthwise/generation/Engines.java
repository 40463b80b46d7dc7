package io.lengthwise.generation;

import io.lengthwise.model.ModelSpec;
import java.util.HashMap;
import java.util.Map;

/** The engines of this JVM: one for each model and device, shared by the subtasks that use it. */
final class Engines {

  private static final Map<ModelSpec, Shared> SHARED = new HashMap<>();

  private static final class Shared {
    private final Engine engine;
    private int users;

    private Shared(Engine engine) {
      this.engine = engine;
    }
  }

  private Engines() {}

  /**
   * The engine of a model, started if this is its first user. Give it back with {@link #release}.
   *
   * @throws IllegalStateException if it runs with other options
   */
  static synchronized Engine acquire(ModelSpec spec, EngineOptions options) {
    Shared shared = SHARED.get(spec);
    if (shared == null || shared.engine.hasFailed()) {
      shared = new Shared(new Engine(spec, options));
      SHARED.put(spec, shared);
    }
    if (!shared.engine.options().equals(options)) {
      throw new IllegalStateException(
          "%s runs on %s with other options already: %s"
              .formatted(spec.name(), spec.device(), shared.engine.options()));
    }
    shared.users++;
    return shared.engine;
  }

  /** Gives an engine back; with its last user it leaves the device. */
  static void release(ModelSpec spec, Engine engine) throws InterruptedException {
    if (isLast(spec, engine)) {
      engine.close();
    }
  }

  private static synchronized boolean isLast(ModelSpec spec, Engine engine) {
    Shared shared = SHARED.get(spec);
    if (shared == null || shared.engine != engine) {
      return false;
    }
    if (--shared.users > 0) {
      return false;
    }
    SHARED.remove(spec);
    return true;
  }
}
