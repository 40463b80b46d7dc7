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
 * Rows join and leave at the ends of segments, and the admission order decides which row joins.
 *
 * <p>A row gets cells for its prompt and for a quantile of its predicted answer. When it fills its
 * slot, it moves to a larger one. If there is none, the row waits in its slot, and no row is
 * admitted meanwhile. If all running rows wait, the row that was admitted last is preempted: it
 * frees its slot, goes to the head of the queue, and is later prefilled again with its tokens. The
 * row at the head waits for cells, and no row overtakes it, so every row is admitted in the end.
 *
 * <p>If the order {@link AdmissionOrder#displaces displaces}, a running row with many more
 * remaining tokens than the head of the queue leaves the device for it. The displaced row keeps its
 * tokens and waits with the others.
 */
public final class RefillSchedule implements Schedule {

  private final RowDevice device;
  private final EngineOptions options;
  private final EngineStatistics statistics;
  private final AdmissionQueue<Row> queue;
  private final Displacement displacement;

  /** The running rows, in the order of their admission. */
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
      // The fewer rows decode, the sooner the prompts of the other rows continue.
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

  /**
   * Predicts the remaining tokens of running rows again, and displaces rows for the head of the
   * queue.
   */
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
        // A row that is due would be the head itself and get the slot back.
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
    // If all slots are full, no row can end, so the row that was admitted last must leave.
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
