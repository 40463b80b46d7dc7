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
 * A queue of prompts whose hidden states are computed, in order of arrival. For the engine's
 * thread.
 *
 * <p>A cycle computes one batch within the token budget of prefill. Rows that decode are therefore
 * delayed no longer than by a prefill, and prompts do not wait until decoding ends. A probe uses no
 * cells of the key-value cache, so a full cache does not delay it. If a prompt is longer than the
 * budget, only its last tokens are used. A prompt that makes the device throw, with others and
 * alone, ends without a result.
 */
public final class HiddenStateQueue {

  private final Function<List<int[]>, float[][]> device;
  private final int budget;
  private final EngineStatistics statistics;
  private final Deque<HiddenStateTask> waiting = new ArrayDeque<>();

  /**
   * An empty queue.
   *
   * @param device computes the mean of the last hidden states of each prompt
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

  /**
   * Probes as many prompts from the head as fit the budget. Prompts whose deadline has passed end
   * without a result.
   */
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
              "prompt",
              this::compute,
              this::checkDevice,
              (prompt, cause) -> prompt.giveUp(),
              statistics)
          .run(batch);
    }
  }

  private void compute(List<HiddenStateTask> batch) {
    List<int[]> tokens = batch.stream().map(prompt -> prompt.lastTokens(budget)).toList();
    long start = System.nanoTime();
    float[][] means = device.apply(tokens);
    int total = tokens.stream().mapToInt(prompt -> prompt.length).sum();
    statistics.prefilled(total, System.nanoTime() - start);
    for (int i = 0; i < means.length; i++) {
      batch.get(i).finish(means[i]);
    }
  }

  private void checkDevice(HiddenStateTask failed) {
    device.apply(List.of(new int[] {MadeUpRow.TOKEN}));
  }
}
