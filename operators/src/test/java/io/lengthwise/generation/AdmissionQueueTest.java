package io.lengthwise.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {

  private record Item(String name, double predictedTokens, long arrival, int priority)
      implements Waiting {}

  private static final Item LONG_AND_OLD = new Item("long and old", 400, 0, 0);
  private static final Item MIDDLE = new Item("middle", 200, 10, 0);
  private static final Item SHORT_AND_NEW = new Item("short and new", 20, 20, 0);

  @Test
  void eachOrderAdmitsByItsOwnRule() {
    assertThat(admitted(AdmissionOrder.FIFO)).containsExactly(LONG_AND_OLD, MIDDLE, SHORT_AND_NEW);
    assertThat(admitted(AdmissionOrder.SHORTEST_FIRST))
        .containsExactly(SHORT_AND_NEW, MIDDLE, LONG_AND_OLD);
    assertThat(admitted(AdmissionOrder.LONGEST_FIRST))
        .containsExactly(LONG_AND_OLD, MIDDLE, SHORT_AND_NEW);
  }

  @Test
  void priorityActsOnEveryOrder() {
    Item urgent = new Item("urgent", 300, 30, 1);
    for (AdmissionOrder order : AdmissionOrder.values()) {
      assertThat(admitted(order, urgent)).startsWith(urgent);
    }
  }

  @Test
  void equalItemsKeepTheirOrder() {
    AdmissionQueue<Item> queue = new AdmissionQueue<>(AdmissionOrder.SHORTEST_FIRST);
    Item first = new Item("first", 100, 0, 0);
    Item second = new Item("second", 100, 0, 0);
    queue.add(first);
    queue.add(second);
    assertThat(drain(queue)).containsExactly(first, second);
  }

  @Test
  void waitingMakesUpForLength() {
    AdmissionQueue<Item> queue = new AdmissionQueue<>(AdmissionOrder.SHORTEST_FIRST);
    queue.learn(100, 1000);
    Item old = new Item("old", 400, 0, 0);
    // 3.8 mean lengths shorter: it may come up to 3.8 * 8 mean services later and still go first.
    Item justInTime = new Item("just in time", 20, 30_000, 0);
    Item late = new Item("late", 20, 31_000, 0);
    queue.add(old);
    queue.add(justInTime);
    queue.add(late);
    assertThat(drain(queue)).containsExactly(justInTime, old, late);
  }

  @Test
  void keysFollowWhatWasLearned() {
    AdmissionQueue<Item> queue = new AdmissionQueue<>(AdmissionOrder.SHORTEST_FIRST);
    Item old = new Item("old", 400, 0, 0);
    Item shorter = new Item("shorter", 20, 60_000, 0);
    queue.add(old);
    queue.add(shorter);
    assertThat(queue.peek()).isEqualTo(shorter);
    for (int i = 0; i < 10; i++) {
      queue.learn(100, 100);
    }
    assertThat(drain(queue)).containsExactly(old, shorter);
  }

  @Test
  void preemptedGoesFirst() {
    AdmissionQueue<Item> queue = new AdmissionQueue<>(AdmissionOrder.SHORTEST_FIRST);
    queue.add(SHORT_AND_NEW);
    queue.addPreempted(LONG_AND_OLD);
    queue.removeIf(item -> item == MIDDLE);
    assertThat(queue.size()).isEqualTo(2);
    assertThat(drain(queue)).containsExactly(LONG_AND_OLD, SHORT_AND_NEW);
  }

  private static List<Item> admitted(AdmissionOrder order, Item... more) {
    AdmissionQueue<Item> queue = new AdmissionQueue<>(order);
    List.of(MIDDLE, SHORT_AND_NEW, LONG_AND_OLD).forEach(queue::add);
    List.of(more).forEach(queue::add);
    return drain(queue);
  }

  private static List<Item> drain(AdmissionQueue<Item> queue) {
    List<Item> items = new ArrayList<>();
    while (queue.peek() != null) {
      Item next = queue.peek();
      assertThat(queue.poll()).isSameAs(next);
      items.add(next);
    }
    return items;
  }
}
