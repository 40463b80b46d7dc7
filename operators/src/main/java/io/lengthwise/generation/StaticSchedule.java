package io.lengthwise.generation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The paper's batches: one at a time, in order of arrival; its rows start together and every one
 * decodes until the last has ended, those that ended before as padding.
 *
 * <p>A micro-batch with more rows than fit runs as several batches.
 */
final class StaticSchedule implements Schedule {

  private final RowDevice device;
  private final EngineOptions options;
  private final EngineStatistics statistics;
  private final Deque<List<Row>> waiting = new ArrayDeque<>();
  private List<Row> batch = List.of();

  StaticSchedule(RowDevice device, EngineOptions options, EngineStatistics statistics) {
    this.device = device;
    this.options = options;
    this.statistics = statistics;
  }

  @Override
  public void add(List<Row> microBatch) {
    waiting.add(microBatch);
    publish();
  }

  @Override
  public void dropCancelled() {
    for (int batches = waiting.size(); batches > 0; batches--) {
      List<Row> wanted = waiting.remove().stream().filter(row -> !row.isCancelled()).toList();
      if (!wanted.isEmpty()) {
        waiting.add(wanted);
      }
    }
    if (batch.stream().allMatch(Row::isCancelled)) {
      endBatch();
    }
    publish();
  }

  @Override
  public boolean isIdle() {
    return batch.isEmpty() && waiting.isEmpty();
  }

  @Override
  public void turn() {
    if (batch.isEmpty()) {
      startBatch();
    }
    publish();
    if (batch.isEmpty()) {
      return;
    }
    if (!batch.stream().allMatch(Row::isPrefilled)) {
      device.prefill(batch, options.prefillTokens());
      return;
    }
    List<Row> decoding = batch.stream().filter(row -> !row.isFinished()).toList();
    device.decode(batch, options.segmentSteps(), true);
    long now = device.now();
    decoding.stream().filter(Row::isFinished).forEach(row -> row.finish(now));
    if (batch.stream().allMatch(Row::isFinished)) {
      endBatch();
    }
    publish();
  }

  private void startBatch() {
    List<Row> admitted = new ArrayList<>();
    List<Row> left = new ArrayList<>();
    for (Row row : waiting.remove()) {
      if (row.endsBeforeRunning(device.now())) {
        continue;
      }
      if (!left.isEmpty()
          || admitted.size() == options.maxRows()
          || !device.admit(row, row.cellsAtMost())) {
        left.add(row);
      } else {
        admitted.add(row);
      }
    }
    if (!left.isEmpty()) {
      waiting.addFirst(left);
    }
    batch = admitted;
  }

  private void endBatch() {
    batch.forEach(device::release);
    batch = List.of();
  }

  private void publish() {
    int rows = waiting.stream().mapToInt(List::size).sum();
    statistics.holds(batch.size(), rows, options.maxRows() - batch.size(), device.slots());
  }
}
