package io.lengthwise.generation.device;

/**
 * A piece of work that a subtask has submitted to the engine and waits for.
 *
 * @param <S> what a checkpoint keeps of it
 */
public interface EngineWork<S> {

  /**
   * Returns the request with its tokens, from which the work is submitted again after a failure.
   * For any thread.
   */
  S pending();

  /** Makes the engine drop the work. For any thread. */
  void cancel();
}
