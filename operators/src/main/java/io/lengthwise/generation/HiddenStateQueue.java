package io.lengthwise.generation;

import io.lengthwise.model.Decoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Prompts that wait for the model to read them, in order of arrival. For the engine's thread.
 *
 * <p>A turn reads one batch within the budget that bounds prefill, so that decoding waits no longer
 * for it than for a prefill, and no prompt waits for decoding to end. It takes no place in the
 * cache, so that a full one does not hold it up. Of a prompt beyond the budget its last tokens are
 * read.
 */
final class HiddenStateQueue {

  private final Decoder decoder;
  private final int budget;
  private final EngineStatistics statistics;
  private final Deque<HiddenStates> waiting = new ArrayDeque<>();

  /**
   * An empty queue.
   *
   * @param budget the most tokens of a batch, at least 1
   */
  HiddenStateQueue(Decoder decoder, int budget, EngineStatistics statistics) {
    this.decoder = decoder;
    this.budget = budget;
    this.statistics = statistics;
  }

  void add(HiddenStates prompt) {
    waiting.add(prompt);
  }

  void dropCancelled() {
    waiting.removeIf(HiddenStates::isCancelled);
  }

  boolean isIdle() {
    return waiting.isEmpty();
  }

  /** Reads the prompts at the head, as many as fit; those whose deadline has passed are let go. */
  void turn() {
    List<HiddenStates> batch = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    int total = 0;
    while (!waiting.isEmpty()) {
      HiddenStates next = waiting.peek();
      int[] prompt = next.lastTokens(budget);
      if (next.isExpired(System.currentTimeMillis())) {
        waiting.remove().giveUp();
      } else if (total + prompt.length <= budget) {
        batch.add(waiting.remove());
        tokens.add(prompt);
        total += prompt.length;
      } else {
        break;
      }
    }
    if (batch.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    float[][] means = decoder.read(tokens);
    statistics.prefilled(total, System.nanoTime() - start);
    for (int i = 0; i < means.length; i++) {
      batch.get(i).read(means[i]);
    }
  }
}
