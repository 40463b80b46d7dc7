package io.lengthwise.generation.probe;

import io.lengthwise.prediction.HiddenStateSketch;
import io.lengthwise.request.EncodedRequest;
import java.util.Arrays;
import java.util.function.Consumer;

/** A request whose prompt is read for the mean of its last hidden states. */
public final class HiddenStateTask extends ProbeTask {

  private final HiddenStateSketch sketch;
  private final Consumer<ProbeTask> whenProbed;
  private float[] mean;
  private volatile boolean cancelled;

  /**
   * A task.
   *
   * @param whenProbed called once, by the engine's thread
   */
  public HiddenStateTask(
      EncodedRequest request,
      HiddenStateSketch sketch,
      long startedAt,
      Consumer<ProbeTask> whenProbed) {
    super(request, startedAt);
    this.sketch = sketch;
    this.whenProbed = whenProbed;
  }

  /** The last tokens of the prompt, at most {@code most}. They are nearest to the answer. */
  int[] lastTokens(int most) {
    int[] tokens = pending().promptTokens();
    return tokens.length <= most
        ? tokens
        : Arrays.copyOfRange(tokens, tokens.length - most, tokens.length);
  }

  boolean isExpired(long now) {
    return pending().request().expiredAt(now);
  }

  /** Ends the task with the mean of the prompt's hidden states. */
  void finish(float[] states) {
    mean = states;
    whenProbed.accept(this);
  }

  /** Ends the task without a result. */
  void giveUp() {
    whenProbed.accept(this);
  }

  @Override
  public float[] result() {
    return mean == null ? NONE : sketch.of(mean);
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }
}
