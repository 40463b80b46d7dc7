package io.lengthwise.generation.schedule;

import static io.lengthwise.generation.schedule.EngineOptions.NO_LIMIT;
import static io.lengthwise.request.GenerationRequest.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionQueueTest {

  private static final int WIDTH = 4;

  private static final TestingWaiting LONG_AND_OLD = new TestingWaiting("long and old", 400, 0);
  private static final TestingWaiting MIDDLE = new TestingWaiting("middle", 200, 10);
  private static final TestingWaiting SHORT_AND_NEW = new TestingWaiting("short and new", 20, 20);

  @Test
  void eachOrderAdmitsByItsOwnRule() {
    assertThat(admitted(AdmissionOrder.FIFO)).containsExactly(LONG_AND_OLD, MIDDLE, SHORT_AND_NEW);
    assertThat(admitted(AdmissionOrder.SHORTEST_FIRST))
        .containsExactly(SHORT_AND_NEW, MIDDLE, LONG_AND_OLD);
    assertThat(admitted(AdmissionOrder.LONGEST_FIRST))
        .containsExactly(LONG_AND_OLD, MIDDLE, SHORT_AND_NEW);
    assertThat(admitted(AdmissionOrder.LEAST_REMAINING))
        .containsExactly(SHORT_AND_NEW, MIDDLE, LONG_AND_OLD);
    assertThat(admitted(AdmissionOrder.RISK_AWARE))
        .containsExactly(SHORT_AND_NEW, MIDDLE, LONG_AND_OLD);
  }

  @Test
  void leastRemainingCountsWhatIsStillToCome() {
    TestingWaiting nearlyDone = new TestingWaiting("nearly done", 400, 0).withRemaining(10);
    assertThat(admitted(AdmissionOrder.LEAST_REMAINING, nearlyDone)).startsWith(nearlyDone);
    assertThat(admitted(AdmissionOrder.SHORTEST_FIRST, nearlyDone)).endsWith(nearlyDone);
  }

  @Test
  void equalItemsKeepTheirOrder() {
    for (AdmissionOrder order : AdmissionOrder.values()) {
      AdmissionQueue<TestingWaiting> queue = queue(order, NO_LIMIT);
      TestingWaiting first = new TestingWaiting("first", 100, 0);
      TestingWaiting second = new TestingWaiting("second", 100, 0);
      queue.add(first);
      queue.add(second);
      assertThat(drain(queue, 0)).containsExactly(first, second);
    }
  }

  @Test
  void waitingMakesUpForLength() {
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.SHORTEST_FIRST, NO_LIMIT);
    queue.learn(100, 1000);
    TestingWaiting old = new TestingWaiting("old", 400, 0);
    // It is shorter by 3.8 mean lengths. It may arrive up to 3.8 * 8 mean services later and still
    // go first.
    TestingWaiting justInTime = new TestingWaiting("just in time", 20, 30_000);
    TestingWaiting late = new TestingWaiting("late", 20, 31_000);
    queue.add(old);
    queue.add(justInTime);
    queue.add(late);
    assertThat(drain(queue, 40_000)).containsExactly(justInTime, old, late);
  }

  @Test
  void riskCountsByTheTailOfTheLengths() {
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.RISK_AWARE, NO_LIMIT);
    // With beta 0.1: 100 + 0.1 * 900 = 190 against 150 + 0.1 * 200 = 170.
    TestingWaiting risky = new TestingWaiting("risky", 100, 0).withTail(900);
    TestingWaiting safe = new TestingWaiting("safe", 150, 0).withTail(200);
    queue.add(risky);
    queue.add(safe);
    assertThat(drain(queue, 0)).containsExactly(safe, risky);
  }

  @Test
  void thirtySecondsTakeATenthOfTheRisk() {
    TestingWaiting old = new TestingWaiting("old", 100, 0);
    TestingWaiting worse = new TestingWaiting("a little worse", 91, 30_000);
    TestingWaiting better = new TestingWaiting("a little better", 89, 30_000);
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.RISK_AWARE, NO_LIMIT);
    List.of(old, worse, better).forEach(queue::add);
    assertThat(drain(queue, 30_000)).containsExactly(better, old, worse);
  }

  @Test
  void tailWeighsMoreTheMoreRowsWait() {
    // At beta 0.1 the scores are 130 and 140, at 0.5 they are 250 and 180.
    TestingWaiting risky = new TestingWaiting("risky", 100, 0).withTail(300);
    TestingWaiting safe = new TestingWaiting("safe", 130, 0).withTail(100);
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.RISK_AWARE, NO_LIMIT);
    queue.add(risky);
    queue.add(safe);
    assertThat(queue.peek(0)).isSameAs(risky);
    for (int i = 0; i < 5 * WIDTH; i++) {
      queue.add(new TestingWaiting("crowd", 4000, 0));
    }
    assertThat(queue.peek(0)).isSameAs(safe);
    queue.removeIf(item -> item.name().equals("crowd"));
    assertThat(queue.peek(0)).isSameAs(risky);
  }

  @Test
  void placesFollowWhatWasLearned() {
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.SHORTEST_FIRST, NO_LIMIT);
    TestingWaiting old = new TestingWaiting("old", 400, 0);
    TestingWaiting shorter = new TestingWaiting("shorter", 20, 60_000);
    queue.add(old);
    queue.add(shorter);
    assertThat(queue.peek(60_000)).isEqualTo(shorter);
    for (int i = 0; i < 10; i++) {
      queue.learn(100, 100);
    }
    assertThat(drain(queue, 60_000)).containsExactly(old, shorter);
  }

  @ParameterizedTest
  @EnumSource
  void largerPriorityGoesFirst(AdmissionOrder order) {
    TestingWaiting short1 = new TestingWaiting("short", 10, 30).withPriority(1);
    TestingWaiting long1 = new TestingWaiting("long", 900, 30).withPriority(1);
    TestingWaiting last = new TestingWaiting("last", 100, 0).withPriority(-1);
    List<TestingWaiting> admitted = admitted(order, last, short1, long1);
    assertThat(admitted.subList(0, 2)).containsExactlyInAnyOrder(short1, long1);
    assertThat(admitted).endsWith(last);
  }

  @ParameterizedTest
  @EnumSource
  void deadlineThatLeavesJustTheTimeGoesBeforeTheOrder(AdmissionOrder order) {
    AdmissionQueue<TestingWaiting> queue = queue(order, NO_LIMIT);
    queue.learn(100, 1000);
    // 10 ms a token: the longer one takes 4,000 ms, and half as much again is reserved. Both must
    // start by 94,000.
    TestingWaiting longer = new TestingWaiting("longer", 400, 50).withDeadline(100_000);
    TestingWaiting shorter = new TestingWaiting("shorter", 60, 50).withDeadline(94_901);
    TestingWaiting none = new TestingWaiting("none", 100, 60);
    TestingWaiting sooner = new TestingWaiting("sooner", 10, 0).withPriority(-1).withDeadline(1000);
    TestingWaiting before = new TestingWaiting("before", 5, 0);
    TestingWaiting after = new TestingWaiting("after", 2000, 40);
    List.of(sooner, none, shorter, longer, before, after).forEach(queue::add);

    assertThat(queue.isDue(longer, 93_999)).isFalse();
    assertThat(queue.isDue(longer, 94_000)).isTrue();
    assertThat(queue.isDue(shorter, 94_000)).isFalse();
    assertThat(queue.isDue(none, Long.MAX_VALUE)).isFalse();
    TestingWaiting usual = queue.peek(93_999);
    assertThat(queue.peek(94_000)).isSameAs(longer);
    // Due items are ordered by the time at which they became due.
    assertThat(queue.poll(94_001)).isSameAs(longer);
    assertThat(queue.poll(94_001)).isSameAs(shorter);
    assertThat(queue.peek(94_001)).isSameAs(usual);
    // A deadline that has passed does not lift it above a larger priority.
    assertThat(drain(queue, 94_001)).hasSize(4).endsWith(sooner);
  }

  @Test
  void deadlineWithMuchTimeChangesNothing() {
    for (AdmissionOrder order : AdmissionOrder.values()) {
      List<TestingWaiting> without = admitted(order);
      AdmissionQueue<TestingWaiting> queue = queue(order, NO_LIMIT);
      for (TestingWaiting item : List.of(MIDDLE, SHORT_AND_NEW, LONG_AND_OLD)) {
        queue.add(item.withDeadline(3_600_000));
      }
      assertThat(drain(queue, 100))
          .extracting(TestingWaiting::name)
          .isEqualTo(without.stream().map(TestingWaiting::name).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoHasWaitedTooLongGoesFirstTheOldestBeforeAll(AdmissionOrder order) {
    AdmissionQueue<TestingWaiting> queue = queue(order, 1000);
    TestingWaiting oldest = new TestingWaiting("oldest", 300, 0);
    TestingWaiting old = new TestingWaiting("old", 30, 5);
    TestingWaiting fresh = new TestingWaiting("fresh", 10, 600);
    TestingWaiting freshAndLong = new TestingWaiting("fresh and long", 3000, 600);
    List.of(freshAndLong, fresh, old, oldest).forEach(queue::add);
    assertThat(drain(queue, 1005).subList(0, 2)).containsExactly(oldest, old);
  }

  @ParameterizedTest
  @EnumSource
  void nobodyStarvesUnderALimitWhateverKeepsComing(AdmissionOrder order) {
    for (int length : new int[] {20, 400}) {
      AdmissionQueue<TestingWaiting> queue = queue(order, 5000);
      TestingWaiting victim = new TestingWaiting("victim", length, 0);
      queue.add(victim);
      long now = 0;
      do {
        now++;
        queue.add(new TestingWaiting("stream", 420 - length, now));
      } while (queue.poll(now) != victim);
      assertThat(now).isLessThanOrEqualTo(5000);
    }
  }

  @Test
  void withoutALimitLeastRemainingLetsALongOneWait() {
    AdmissionQueue<TestingWaiting> queue = queue(AdmissionOrder.LEAST_REMAINING, NO_LIMIT);
    TestingWaiting victim = new TestingWaiting("victim", 400, 0);
    queue.add(victim);
    for (int now = 1; now < 100_000; now++) {
      queue.add(new TestingWaiting("stream", 20, now));
      assertThat(queue.poll(now)).isNotSameAs(victim);
    }
  }

  @ParameterizedTest
  @EnumSource
  void preemptedGoesBeforeEverything(AdmissionOrder order) {
    AdmissionQueue<TestingWaiting> queue = queue(order, 1000);
    TestingWaiting urgent = new TestingWaiting("urgent", 20, 0).withPriority(5).withDeadline(1);
    queue.add(urgent);
    queue.addPreempted(LONG_AND_OLD);
    queue.addPreempted(SHORT_AND_NEW);
    assertThat(queue.size()).isEqualTo(3);
    assertThat(drain(queue, 5000)).containsExactly(LONG_AND_OLD, SHORT_AND_NEW, urgent);
  }

  @ParameterizedTest
  @EnumSource
  void fiftyThousandLeaveOnceEachAndInOrder(AdmissionOrder order) {
    Random random = new Random(1);
    AdmissionQueue<TestingWaiting> queue = queue(order, 50_000);
    for (int i = 0; i < 60_000; i++) {
      queue.add(
          new TestingWaiting("" + i, 1 + random.nextInt(500), i)
              .withPriority(random.nextInt(3))
              .withDeadline(random.nextBoolean() ? NO_DEADLINE : 10_000 + random.nextInt(100_000)));
    }
    queue.removeIf(item -> item.arrival() % 6 == 0);
    assertThat(queue.size()).isEqualTo(50_000);

    List<TestingWaiting> drained = drain(queue, 60_000);
    assertThat(drained).doesNotHaveDuplicates().hasSize(50_000);
    for (int i = 1; i < drained.size(); i++) {
      assertThat(drained.get(i).priority()).isLessThanOrEqualTo(drained.get(i - 1).priority());
      if (drained.get(i).priority() == drained.get(i - 1).priority()
          && queue.isDue(drained.get(i), 60_000)) {
        assertThat(queue.isDue(drained.get(i - 1), 60_000)).isTrue();
      }
    }
  }

  private static AdmissionQueue<TestingWaiting> queue(AdmissionOrder order, long maxWaitMillis) {
    return new AdmissionQueue<>(order, WIDTH, maxWaitMillis, new ServiceMeans(128, 10_000));
  }

  private static List<TestingWaiting> admitted(AdmissionOrder order, TestingWaiting... more) {
    AdmissionQueue<TestingWaiting> queue = queue(order, NO_LIMIT);
    List.of(MIDDLE, SHORT_AND_NEW, LONG_AND_OLD).forEach(queue::add);
    List.of(more).forEach(queue::add);
    return drain(queue, 100);
  }

  private static List<TestingWaiting> drain(AdmissionQueue<TestingWaiting> queue, long now) {
    List<TestingWaiting> items = new ArrayList<>();
    while (queue.peek(now) != null) {
      TestingWaiting next = queue.peek(now);
      assertThat(queue.poll(now)).isSameAs(next);
      items.add(next);
    }
    return items;
  }
}
