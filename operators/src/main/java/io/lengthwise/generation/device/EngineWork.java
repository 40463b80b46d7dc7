package io.lengthwise.generation.device;

/**
 * Something that a subtask has handed to the engine and waits for.
 *
 * @param <S> what a checkpoint keeps of it
 */
public interface EngineWork<S> {

  /** What it is begun again from after a failure. For any thread. */
  S pending();

  /** Tells the engine to drop it. For any thread. */
  void cancel();
}
