package io.lengthwise.generation.probe;

import io.lengthwise.generation.device.EngineWork;
import io.lengthwise.request.EncodedRequest;

/**
 * A request that waits for the result of its probe.
 *
 * <p>The engine's thread sets the result and then notifies once. The task's thread reads the result
 * after that.
 */
public abstract class ProbeTask implements EngineWork<EncodedRequest> {

  /** The result of a probe that failed. */
  public static final float[] NONE = {};

  private final EncodedRequest request;
  private final long startedAt;

  /**
   * A task.
   *
   * @param startedAt the time at which the probe was submitted, in nanoseconds
   */
  ProbeTask(EncodedRequest request, long startedAt) {
    this.request = request;
    this.startedAt = startedAt;
  }

  /** The result of the probe, {@link #NONE} if the probe failed. */
  public abstract float[] result();

  public final long startedAt() {
    return startedAt;
  }

  @Override
  public final EncodedRequest pending() {
    return request;
  }
}
