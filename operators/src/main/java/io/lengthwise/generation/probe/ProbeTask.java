package io.lengthwise.generation.probe;

import io.lengthwise.generation.device.EngineWork;
import io.lengthwise.request.EncodedRequest;

/**
 * A request that waits for what the model makes of its prompt.
 *
 * <p>The engine's thread fills it and tells once; the task's thread reads it then.
 */
public abstract class ProbeTask implements EngineWork<EncodedRequest> {

  /** What came to nothing. */
  public static final float[] NONE = {};

  private final EncodedRequest request;
  private final long startedAt;

  /**
   * @param startedAt nanoseconds of the task
   */
  ProbeTask(EncodedRequest request, long startedAt) {
    this.request = request;
    this.startedAt = startedAt;
  }

  /** What the model made of the prompt, {@link #NONE} where it came to nothing. */
  public abstract float[] result();

  public final long startedAt() {
    return startedAt;
  }

  @Override
  public final EncodedRequest pending() {
    return request;
  }
}
