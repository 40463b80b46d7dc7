package io.lengthwise.generation.device;

/**
 * A piece of work that a subtask has submitted to the engine and waits for.
 *
 * @param <S> what a checkpoint keeps of it
 */
public interface EngineWork<S> {

  /** What the work is submitted again from after a failure. For any thread. */
  S pending();

  /** Makes the engine drop the work. For any thread. */
  void cancel();
}
