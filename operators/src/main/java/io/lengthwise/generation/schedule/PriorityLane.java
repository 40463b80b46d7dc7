package io.lengthwise.generation.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What waits with one priority: first what is due, the longest due first, then the smallest key.
 *
 * <p>Trees and not heaps, since an entry is in both and leaves both: a heap would keep the entries
 * that left by the other one, up to a deadline that may be days away.
 */
final class PriorityLane<T> {

  /**
   * One that waits.
   *
   * @param key of its order
   * @param due the time from which it goes before all that are not due, infinite for never
   * @param sequence tells apart what is equal otherwise: the smaller came first
   */
  record Entry<T>(T item, double key, double due, long sequence) {}

  private final NavigableSet<Entry<T>> byKey =
      new TreeSet<>(
          Comparator.<Entry<T>>comparingDouble(Entry::key).thenComparingLong(Entry::sequence));

  /** Those that will ever be due. */
  private final NavigableSet<Entry<T>> byDue =
      new TreeSet<>(
          Comparator.<Entry<T>>comparingDouble(Entry::due).thenComparingLong(Entry::sequence));

  void add(Entry<T> entry) {
    byKey.add(entry);
    if (entry.due() < Double.POSITIVE_INFINITY) {
      byDue.add(entry);
    }
  }

  /** The next one at a time; there must be one. */
  Entry<T> first(long now) {
    return !byDue.isEmpty() && byDue.first().due() <= now ? byDue.first() : byKey.first();
  }

  void remove(Entry<T> entry) {
    byKey.remove(entry);
    byDue.remove(entry);
  }

  /** Returns how many it removed. */
  int removeIf(Predicate<T> condition) {
    List<Entry<T>> unwanted = new ArrayList<>();
    for (Entry<T> entry : byKey) {
      if (condition.test(entry.item())) {
        unwanted.add(entry);
      }
    }
    unwanted.forEach(this::remove);
    return unwanted.size();
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** All of them, by their keys. */
  List<Entry<T>> entries() {
    return List.copyOf(byKey);
  }
}
