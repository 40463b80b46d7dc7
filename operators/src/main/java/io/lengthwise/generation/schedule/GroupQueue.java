package io.lengthwise.generation.schedule;

import io.lengthwise.generation.device.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Groups of rows that wait for the device. The group with the highest priority among its rows is
 * next, then the oldest group.
 */
final class GroupQueue {

  private record Group(List<Row> rows, int priority, long sequence) {}

  private final PriorityQueue<Group> groups =
      new PriorityQueue<>(
          Comparator.comparing(Group::priority, Comparator.reverseOrder())
              .thenComparing(Group::sequence));

  private long sequence;
  private int rows;

  /** Adds a group. A group without rows is ignored. */
  void add(List<Row> group) {
    add(group, sequence++);
  }

  private void add(List<Row> group, long number) {
    if (!group.isEmpty()) {
      int priority = group.stream().mapToInt(Row::priority).max().orElseThrow();
      groups.add(new Group(group, priority, number));
      rows += group.size();
    }
  }

  /** Removes and returns the next group. The result is empty if no group waits. */
  List<Row> poll() {
    Group next = groups.poll();
    if (next == null) {
      return List.of();
    }
    rows -= next.rows().size();
    return next.rows();
  }

  void dropCancelled() {
    List<Group> old = new ArrayList<>(groups);
    groups.clear();
    rows = 0;
    for (Group group : old) {
      add(group.rows().stream().filter(row -> !row.isCancelled()).toList(), group.sequence());
    }
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** The number of rows in all groups. */
  int rows() {
    return rows;
  }
}
