package io.lengthwise.generation.schedule;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rows join and leave at the ends of segments; the admission order says who joins.
 *
 * <p>A row gets room for its prompt and a quantile of its predicted answer. When it outgrows that
 * it moves to a larger slot; where there is none it waits in the one it has, and nobody is admitted
 * meanwhile. Where all wait, the last to come gives its slot up and goes to the head of the queue,
 * to be prefilled again with the tokens it has. Whoever is at the head waits for room and nobody
 * overtakes it, so every row gets its turn.
 *
 * <p>Where the order {@link AdmissionOrder#displaces displaces}, a row that turns out to have much
 * more to go than the head of the queue gives its place to it, keeps its tokens, and waits among
 * the others.
 */
public final class RefillSchedule implements Schedule {

  private final RowDevice device;
  private final EngineOptions options;
  private final EngineStatistics statistics;
  private final AdmissionQueue<Row> queue;
  private final Displacement displacement;

  /** In the order of their admission. */
  private final List<Row> running = new ArrayList<>();

  public RefillSchedule(RowDevice device, Tuning tuning, EngineStatistics statistics) {
    this.device = device;
    this.options = tuning.options();
    this.statistics = statistics;
    this.queue =
        new AdmissionQueue<>(
            options.batching().order(),
            options.batching().width(),
            options.batching().maxWaitMillis(),
            tuning.means());
    this.displacement = new Displacement(statistics);
  }

  @Override
  public void add(List<Row> microBatch) {
    microBatch.forEach(queue::add);
    publish();
  }

  @Override
  public void dropCancelled() {
    queue.removeIf(Row::isCancelled);
    leave(Row::isCancelled);
    publish();
  }

  @Override
  public boolean isIdle() {
    return running.isEmpty() && queue.size() == 0;
  }

  @Override
  public void advance() {
    growFull();
    if (running.stream().noneMatch(Row::isSlotFull)) {
      admit();
      if (options.batching().order().displaces()) {
        displace();
      }
    }
    publish();
    device.prefill(running, options.prefill().chunk());
    List<Row> decoding =
        running.stream()
            .filter(row -> row.isPrefilled() && !row.isFinished() && !row.isSlotFull())
            .toList();
    if (!decoding.isEmpty()) {
      // The fewer rows decode, the sooner the prompts of the others go on.
      int steps = options.batching().segmentSteps() * decoding.size() / running.size();
      device.decode(decoding, Math.max(1, steps), false);
    }
    finishEnded();
    publish();
  }

  private void admit() {
    while (running.size() < options.batching().width() && queue.size() > 0) {
      long now = device.now();
      Row row = queue.peek(now);
      if (row.endsBeforeRunning(now)) {
        queue.poll(now);
      } else if (device.admit(row, row.cellsNeeded(options.memory().reserveQuantile()))) {
        running.add(queue.poll(now));
      } else {
        break;
      }
    }
  }

  /** Predicts again what running rows have to go, and lets the head of the queue go before them. */
  private void displace() {
    List<Row> reviewed =
        running.stream()
            .filter(
                row -> row.stay().tokensSinceReview(row.generated()) >= Displacement.REVIEW_TOKENS)
            .sorted(Comparator.comparingDouble(Row::remainingTokens).reversed())
            .toList();
    for (Row row : reviewed) {
      row.stay().reviewed(row.generated());
      long now = device.now();
      Row head = queue.peek(now);
      if (head != null && goesBefore(head, row, now)) {
        displacement.charge(row);
        giveUpPlace(row);
        queue.add(row);
        admit();
      }
    }
  }

  private boolean goesBefore(Row head, Row row, long now) {
    return head.priority() >= row.priority()
        // It would be at the head itself and take its place back.
        && !queue.isDue(row, now)
        && displacement.pays(row, head, running.size())
        && device.hasRoomWithout(row, head.cellsNeeded(options.memory().reserveQuantile()));
  }

  private void finishEnded() {
    long now = device.now();
    List<Row> ended = leave(Row::isFinished);
    for (Row row : ended) {
      row.finish(now);
      if (!row.isQuestion() && !row.hasFailed()) {
        queue.learn(row.generated(), row.stay().millisBefore());
      }
    }
  }

  private List<Row> leave(Predicate<Row> condition) {
    List<Row> leaving = new ArrayList<>();
    for (Iterator<Row> rows = running.iterator(); rows.hasNext(); ) {
      Row row = rows.next();
      if (condition.test(row)) {
        rows.remove();
        device.release(row);
        leaving.add(row);
      }
    }
    return leaving;
  }

  private void growFull() {
    moveFull();
    // Where all are full none will end and make room, so the last to come has to.
    while (!running.isEmpty() && running.stream().allMatch(Row::isSlotFull)) {
      Row last = running.get(running.size() - 1);
      giveUpPlace(last);
      queue.addPreempted(last);
      moveFull();
    }
  }

  private void moveFull() {
    running.stream()
        .filter(Row::isSlotFull)
        .forEach(row -> device.grow(row, row.cellsNeeded(options.memory().reserveQuantile())));
  }

  private void giveUpPlace(Row row) {
    running.remove(row);
    device.release(row);
    statistics.preempted();
  }

  private void publish() {
    statistics.holdsRows(running.size(), queue.size(), options.batching().width() - running.size());
    device.publish();
  }
}
