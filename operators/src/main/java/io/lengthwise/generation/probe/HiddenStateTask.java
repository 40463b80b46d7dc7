package io.lengthwise.generation.probe;

import io.lengthwise.prediction.HiddenStateSketch;
import io.lengthwise.request.EncodedRequest;
import java.util.Arrays;
import java.util.function.Consumer;

/** A request whose prompt the model reads, for the mean of its last hidden states. */
public final class HiddenStateTask extends ProbeTask {

  private final HiddenStateSketch sketch;
  private final Consumer<ProbeTask> whenProbed;
  private float[] mean;
  private volatile boolean cancelled;

  /**
   * @param whenProbed told on the engine's thread, once
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

  /** The prompt's tokens: of a longer one the last, behind which the answer would come. */
  int[] lastTokens(int most) {
    int[] tokens = pending().promptTokens();
    return tokens.length <= most
        ? tokens
        : Arrays.copyOfRange(tokens, tokens.length - most, tokens.length);
  }

  boolean isExpired(long now) {
    return pending().request().expiredAt(now);
  }

  /** Tells that the prompt is read. */
  void finish(float[] states) {
    mean = states;
    whenProbed.accept(this);
  }

  /** Tells that it will not be read. */
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
