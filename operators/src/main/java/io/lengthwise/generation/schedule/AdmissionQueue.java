package io.lengthwise.generation.schedule;

import static io.lengthwise.request.GenerationRequest.NO_DEADLINE;

import io.lengthwise.generation.device.Waiting;
import io.lengthwise.generation.schedule.PriorityLane.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What waits for a place on the device, in the order of its admission.
 *
 * <p>First what was preempted for want of memory, so that it is not overtaken twice. Then the
 * larger priority. Within a priority what is due, the longest due first; and then the smallest key
 * of the {@link AdmissionOrder}.
 *
 * <p>A request is due when it has waited for the longest wait, or when its deadline leaves just the
 * time that it needs: its expected tokens at the mean time of one, and half as much again, since
 * answers scatter around their predictions and a place must become free first. One without a
 * deadline is never due for one.
 *
 * <p>Times are those of the device, in milliseconds. Adding and taking cost O(log n); when the
 * {@link Conditions} have drifted, all places are computed again.
 */
final class AdmissionQueue<T extends Waiting> {

  /** Of the expected time of an answer: what its deadline must leave when it becomes due. */
  private static final double MARGIN = 1.5;

  private final AdmissionOrder order;
  private final int width;
  private final long maxWaitMillis;
  private final ServiceMeans means;

  private final Deque<T> preempted = new ArrayDeque<>();
  private final NavigableMap<Integer, PriorityLane<T>> lanes =
      new TreeMap<>(Comparator.reverseOrder());
  private int inLanes;
  private long sequence;

  /** Under which the places of all that wait were computed. */
  private Conditions conditions;

  /**
   * An empty queue.
   *
   * @param width rows that the device runs together
   * @param maxWaitMillis the longest wait, {@link EngineOptions#NO_LIMIT} for none
   * @param means what is expected of answers, which those that end correct
   */
  AdmissionQueue(AdmissionOrder order, int width, long maxWaitMillis, ServiceMeans means) {
    this.order = order;
    this.width = width;
    this.maxWaitMillis = maxWaitMillis;
    this.means = means;
    this.conditions = conditionsNow();
  }

  void add(T item) {
    place(item, sequence++);
    inLanes++;
    adapt();
  }

  /** Takes back what was admitted and has to wait for memory. */
  void addPreempted(T item) {
    preempted.add(item);
  }

  private void place(T item, long number) {
    lanes
        .computeIfAbsent(item.priority(), priority -> new PriorityLane<>())
        .add(new Entry<>(item, order.key(item, conditions), dueAt(item), number));
  }

  private double dueAt(T item) {
    double byWait =
        maxWaitMillis == EngineOptions.NO_LIMIT
            ? Double.POSITIVE_INFINITY
            : item.arrival() + (double) maxWaitMillis;
    double byDeadline =
        item.deadline() == NO_DEADLINE
            ? Double.POSITIVE_INFINITY
            : item.deadline() - MARGIN * item.remainingTokens() * conditions.millisecondsPerToken();
    return Math.min(byWait, byDeadline);
  }

  /** Whether it would go before all of its priority that are not due. */
  boolean isDue(T item, long now) {
    return dueAt(item) <= now;
  }

  /** The next one at a time, or null. */
  T peek(long now) {
    if (!preempted.isEmpty()) {
      return preempted.peek();
    }
    return inLanes == 0 ? null : lanes.firstEntry().getValue().first(now).item();
  }

  /** Removes the next one at a time, and returns it. */
  T poll(long now) {
    if (!preempted.isEmpty()) {
      return preempted.remove();
    }
    PriorityLane<T> lane = lanes.firstEntry().getValue();
    Entry<T> next = lane.first(now);
    lane.remove(next);
    if (lane.isEmpty()) {
      lanes.pollFirstEntry();
    }
    inLanes--;
    adapt();
    return next.item();
  }

  void removeIf(Predicate<T> condition) {
    preempted.removeIf(condition);
    for (PriorityLane<T> lane : lanes.values()) {
      inLanes -= lane.removeIf(condition);
    }
    lanes.values().removeIf(PriorityLane::isEmpty);
    adapt();
  }

  int size() {
    return preempted.size() + inLanes;
  }

  /** Learns from a finished answer its tokens and its time on the device. */
  void learn(int tokens, double milliseconds) {
    means.learn(tokens, milliseconds);
    adapt();
  }

  private Conditions conditionsNow() {
    return new Conditions(
        means.tokens(), means.milliseconds(), Conditions.tailWeight(size(), width));
  }

  private void adapt() {
    Conditions now = conditionsNow();
    if (now.haveDriftedFrom(conditions)) {
      conditions = now;
      List<PriorityLane<T>> old = new ArrayList<>(lanes.values());
      lanes.clear();
      for (PriorityLane<T> lane : old) {
        lane.entries().forEach(entry -> place(entry.item(), entry.sequence()));
      }
    }
  }
}
