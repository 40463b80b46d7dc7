package io.lengthwise.generation.probe;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.MadeUpRow;
import io.lengthwise.generation.device.DeviceCall;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Prompts that wait for the model to read them, in order of arrival. For the engine's thread.
 *
 * <p>A turn reads one batch within the budget that bounds prefill, so that decoding waits no longer
 * for it than for a prefill, and no prompt waits for decoding to end. It takes no place in the
 * cache, so that a full one does not hold it up. Of a prompt beyond the budget its last tokens are
 * read. One that makes the device throw, with others and alone, is let go unread.
 */
public final class HiddenStateQueue {

  private final Function<List<int[]>, float[][]> device;
  private final int budget;
  private final EngineStatistics statistics;
  private final Deque<HiddenStateTask> waiting = new ArrayDeque<>();

  /**
   * An empty queue.
   *
   * @param device reads prompts: of each the mean of its last hidden states
   * @param budget the most tokens of a batch, at least 1
   */
  public HiddenStateQueue(
      Function<List<int[]>, float[][]> device, int budget, EngineStatistics statistics) {
    this.device = device;
    this.budget = budget;
    this.statistics = statistics;
  }

  public void add(HiddenStateTask prompt) {
    waiting.add(prompt);
  }

  public void dropCancelled() {
    waiting.removeIf(HiddenStateTask::isCancelled);
  }

  public boolean isIdle() {
    return waiting.isEmpty();
  }

  /** Reads the prompts at the head, as many as fit; those whose deadline has passed are let go. */
  public void advance() {
    List<HiddenStateTask> batch = new ArrayList<>();
    int total = 0;
    while (!waiting.isEmpty()) {
      HiddenStateTask next = waiting.peek();
      int length = next.lastTokens(budget).length;
      if (next.isExpired(System.currentTimeMillis())) {
        waiting.remove().giveUp();
      } else if (total + length <= budget) {
        batch.add(waiting.remove());
        total += length;
      } else {
        break;
      }
    }
    if (!batch.isEmpty()) {
      new DeviceCall<HiddenStateTask>(
              "prompt", this::read, this::probe, (prompt, cause) -> prompt.giveUp(), statistics)
          .run(batch);
    }
  }

  private void read(List<HiddenStateTask> batch) {
    List<int[]> tokens = batch.stream().map(prompt -> prompt.lastTokens(budget)).toList();
    long start = System.nanoTime();
    float[][] means = device.apply(tokens);
    int total = tokens.stream().mapToInt(prompt -> prompt.length).sum();
    statistics.prefilled(total, System.nanoTime() - start);
    for (int i = 0; i < means.length; i++) {
      batch.get(i).finish(means[i]);
    }
  }

  private void probe(HiddenStateTask failed) {
    device.apply(List.of(new int[] {MadeUpRow.TOKEN}));
  }
}
