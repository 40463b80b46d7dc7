package io.lengthwise.generation.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The waiting rows of one priority. Rows that are due come first, the longest due row before the
 * others; then the row with the smallest key.
 *
 * <p>The entries are in two trees. Heaps would not do: an entry leaves both structures at once, and
 * a heap would keep an entry that left through the other one, until a deadline that may be days
 * away.
 */
final class PriorityLane<T> {

  /**
   * A waiting row.
   *
   * @param key the key of the order
   * @param due the time from which the row is due, infinite for never
   * @param sequence tells equal entries apart: the smaller one came first
   */
  record Entry<T>(T item, double key, double due, long sequence) {}

  private final NavigableSet<Entry<T>> byKey =
      new TreeSet<>(
          Comparator.<Entry<T>>comparingDouble(Entry::key).thenComparingLong(Entry::sequence));

  /** The entries that will become due. */
  private final NavigableSet<Entry<T>> byDue =
      new TreeSet<>(
          Comparator.<Entry<T>>comparingDouble(Entry::due).thenComparingLong(Entry::sequence));

  void add(Entry<T> entry) {
    byKey.add(entry);
    if (entry.due() < Double.POSITIVE_INFINITY) {
      byDue.add(entry);
    }
  }

  /** The next entry at this time. The lane must not be empty. */
  Entry<T> first(long now) {
    return !byDue.isEmpty() && byDue.first().due() <= now ? byDue.first() : byKey.first();
  }

  void remove(Entry<T> entry) {
    byKey.remove(entry);
    byDue.remove(entry);
  }

  /**
   * Removes entries.
   *
   * @return how many were removed
   */
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

  /** All entries, by their keys. */
  List<Entry<T>> entries() {
    return List.copyOf(byKey);
  }
}
