package io.lengthwise.generation.probe;

import io.lengthwise.prediction.HiddenStateReading;
import io.lengthwise.request.EncodedRequest;
import java.util.Arrays;
import java.util.function.Consumer;

/** A request whose prompt the model reads, for the mean of its last hidden states. */
public final class HiddenStates extends PromptReading {

  private final HiddenStateReading sketch;
  private final Consumer<PromptReading> whenRead;
  private float[] mean;
  private volatile boolean cancelled;

  /**
   * @param whenRead told on the engine's thread, once
   */
  public HiddenStates(
      EncodedRequest request,
      HiddenStateReading sketch,
      long startedAt,
      Consumer<PromptReading> whenRead) {
    super(request, startedAt);
    this.sketch = sketch;
    this.whenRead = whenRead;
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
  void read(float[] states) {
    mean = states;
    whenRead.accept(this);
  }

  /** Tells that it will not be read. */
  void giveUp() {
    whenRead.accept(this);
  }

  @Override
  public float[] reading() {
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
