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
 * The rows that wait for a slot, in the order of their admission.
 *
 * <p>Rows that were preempted for lack of memory come first, so that nobody overtakes them twice.
 * Then a larger priority comes first. Within a priority, rows that are due come first, the longest
 * due row before the others. Then the row with the smallest key of the {@link AdmissionOrder} comes
 * first.
 *
 * <p>A row is due when it has waited for the longest wait. It is also due when its deadline leaves
 * only the time that it needs: the expected time of its answer, and half as much again, because
 * predictions are uncertain and a slot must become free first. A row without a deadline is never
 * due for this reason.
 *
 * <p>Times are the device's, in milliseconds. Adding and removing cost O(log n). When the {@link
 * Conditions} have drifted, all keys are computed again.
 */
final class AdmissionQueue<T extends Waiting> {

  /** A deadline must leave this many times the expected time of the answer. */
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

  /** The conditions under which the keys of all waiting rows were computed. */
  private Conditions conditions;

  /**
   * An empty queue.
   *
   * @param width the rows that decode together
   * @param maxWaitMillis the longest wait, {@link EngineOptions#NO_LIMIT} for none
   * @param means the expected length and time of answers, which finished answers correct
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

  /** Adds a row that lost its slot for lack of memory. */
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

  /** Whether the row would go before all rows of its priority that are not due. */
  boolean isDue(T item, long now) {
    return dueAt(item) <= now;
  }

  /** The next row at this time, or null. */
  T peek(long now) {
    if (!preempted.isEmpty()) {
      return preempted.peek();
    }
    return inLanes == 0 ? null : lanes.firstEntry().getValue().first(now).item();
  }

  /** Removes the next row at this time, and returns it. */
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

  /** Learns the length of a finished answer and its time on the device. */
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
