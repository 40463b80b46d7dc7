package io.lengthwise.generation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * What waits for a place on the device, in the order of its admission.
 *
 * <p>Shortest-first with ageing is a static key, {@code predicted / meanLength + arrival / (8 *
 * S)}, where {@code S} is the mean time from admission to end: a request of mean length is
 * overtaken by much shorter ones that come at most some {@code 8 * S} later. Both means are
 * learned; when they have drifted, the keys are computed again. What was preempted goes before
 * everything else, so that it is not overtaken twice.
 */
final class AdmissionQueue<T extends Waiting> {

  /** How much longer than its service a request may be overtaken; the larger the less fair. */
  private static final double KAPPA = 8;

  /** How far a mean may drift before the keys are computed again. */
  private static final double DRIFT = 1.25;

  /** Weight of one observation in the means, once there are many. */
  private static final double FORGETTING = 0.01;

  private record Entry<T extends Waiting>(T item, double key, long sequence) {}

  private final AdmissionOrder order;
  private final Deque<T> preempted = new ArrayDeque<>();
  private PriorityQueue<Entry<T>> entries = newQueue();
  private long sequence;

  private long observations;
  private double meanTokens = 128;
  private double meanMilliseconds = 10_000;
  private double keyTokens = meanTokens;
  private double keyMilliseconds = meanMilliseconds;

  AdmissionQueue(AdmissionOrder order) {
    this.order = order;
  }

  private static <T extends Waiting> PriorityQueue<Entry<T>> newQueue() {
    return new PriorityQueue<>(
        Comparator.comparing((Entry<T> entry) -> entry.item().priority(), Comparator.reverseOrder())
            .thenComparingDouble(Entry::key)
            .thenComparingLong(Entry::sequence));
  }

  void add(T item) {
    entries.add(new Entry<>(item, key(item), sequence++));
  }

  /** Takes back what was admitted and has to wait again. */
  void addPreempted(T item) {
    preempted.add(item);
  }

  private double key(T item) {
    return switch (order) {
      case FIFO -> item.arrival();
      case LONGEST_FIRST -> -item.predictedTokens();
      case SHORTEST_FIRST ->
          item.predictedTokens() / keyTokens + item.arrival() / (KAPPA * keyMilliseconds);
    };
  }

  /** The next one, or null. */
  T peek() {
    if (!preempted.isEmpty()) {
      return preempted.peek();
    }
    return entries.isEmpty() ? null : entries.peek().item();
  }

  /** Removes and returns the next one. */
  T poll() {
    return preempted.isEmpty() ? entries.remove().item() : preempted.remove();
  }

  void removeIf(Predicate<T> condition) {
    preempted.removeIf(condition);
    entries.removeIf(entry -> condition.test(entry.item()));
  }

  int size() {
    return preempted.size() + entries.size();
  }

  /** Learns from a finished answer its tokens and its time from admission to end. */
  void learn(int tokens, double milliseconds) {
    observations++;
    double weight = Math.max(FORGETTING, 1.0 / observations);
    meanTokens += weight * (tokens - meanTokens);
    meanMilliseconds += weight * (Math.max(1, milliseconds) - meanMilliseconds);
    if (drifted(meanTokens, keyTokens) || drifted(meanMilliseconds, keyMilliseconds)) {
      keyTokens = meanTokens;
      keyMilliseconds = meanMilliseconds;
      computeKeysAgain();
    }
  }

  private static boolean drifted(double mean, double key) {
    return mean > key * DRIFT || mean < key / DRIFT;
  }

  private void computeKeysAgain() {
    List<Entry<T>> old = new ArrayList<>(entries);
    entries = newQueue();
    for (Entry<T> entry : old) {
      entries.add(new Entry<>(entry.item(), key(entry.item()), entry.sequence()));
    }
  }
}
