package io.lengthwise.generation.probe;

import io.lengthwise.prediction.HiddenStateSketch;
import io.lengthwise.request.EncodedRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** Probes the last hidden states of a prompt. */
final class HiddenStateProbe implements PromptProbe {

  private final HiddenStateSketch sketch;

  /**
   * A probe.
   *
   * @param hiddenSize the hidden size of the model
   */
  HiddenStateProbe(int hiddenSize) {
    sketch = new HiddenStateSketch(hiddenSize);
  }

  @Override
  public Optional<ProbeTask> ask(
      EncodedRequest request, ProbeQueue queue, Consumer<ProbeTask> whenProbed) {
    HiddenStateTask states = new HiddenStateTask(request, sketch, System.nanoTime(), whenProbed);
    queue.probe(states);
    return Optional.of(states);
  }

  @Override
  public float[] withoutProbe(EncodedRequest request) {
    return ProbeTask.NONE;
  }

  @Override
  public void close() {}
}
