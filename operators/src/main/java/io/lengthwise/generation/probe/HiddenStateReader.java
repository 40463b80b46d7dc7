package io.lengthwise.generation.probe;

import io.lengthwise.prediction.HiddenStateReading;
import io.lengthwise.request.EncodedRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes a prompt's last hidden states. */
final class HiddenStateReader implements PromptReader {

  private final HiddenStateReading sketch;

  /**
   * @param hiddenSize of the model
   */
  HiddenStateReader(int hiddenSize) {
    sketch = new HiddenStateReading(hiddenSize);
  }

  @Override
  public Optional<PromptReading> ask(
      EncodedRequest request, ReadingQueue queue, Consumer<PromptReading> whenRead) {
    HiddenStates states = new HiddenStates(request, sketch, System.nanoTime(), whenRead);
    queue.read(states);
    return Optional.of(states);
  }

  @Override
  public float[] unasked(EncodedRequest request) {
    return PromptReading.NONE;
  }

  @Override
  public void close() {}
}
