package io.lengthwise.generation.schedule;

import io.lengthwise.batching.Recomputation;
import io.lengthwise.batching.SequenceOptions;
import io.lengthwise.batching.SequenceScheduler;
import io.lengthwise.batching.SequenceScheduler.Batch;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.device.Row;
import io.lengthwise.generation.device.RowDevice;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches of the paper, one at a time. The rows of a batch start together, and each of them
 * decodes until the last row has ended or reached the batch's cap. A row that ended before pads the
 * batch.
 *
 * <p>A micro-batch is one batch without a cap. With {@link SequenceOptions}, a micro-batch is a
 * group, which {@link SequenceScheduler} divides into batches. Capped rows run again after the last
 * batch of their group, without a cap. A batch with more rows than fit the device runs as several
 * batches.
 */
final class StaticSchedule implements Schedule {

  private final RowDevice device;
  private final EngineOptions options;
  private final EngineStatistics statistics;

  /** Null if a micro-batch is a batch. */
  private final SequenceScheduler<Row> scheduler;

  private final GroupQueue waiting = new GroupQueue();

  /** The batches of the current group that have not started. */
  private final List<List<Row>> planned = new ArrayList<>();

  /** The capped rows of the current group. */
  private final List<Row> capped = new ArrayList<>();

  private List<Row> batch = List.of();
  private int batchSteps;

  StaticSchedule(RowDevice device, EngineOptions options, EngineStatistics statistics) {
    this.device = device;
    this.options = options;
    this.statistics = statistics;
    SequenceOptions sequence = options.batching().sequence();
    this.scheduler =
        sequence == null
            ? null
            : new SequenceScheduler<>(
                sequence,
                row -> row.forecast().total(sequence.quantile(), row.generated()),
                row -> row.forecast().maxTokens());
  }

  @Override
  public void add(List<Row> microBatch) {
    if (scheduler == null) {
      waiting.add(microBatch);
    } else {
      // All restored rows are added at once.
      scheduler.groups(microBatch).forEach(waiting::add);
    }
    publish();
  }

  @Override
  public void dropCancelled() {
    waiting.dropCancelled();
    planned.replaceAll(rows -> rows.stream().filter(row -> !row.isCancelled()).toList());
    planned.removeIf(List::isEmpty);
    capped.removeIf(Row::isCancelled);
    endBatchIfDone();
    publish();
  }

  @Override
  public boolean isIdle() {
    return batch.isEmpty() && planned.isEmpty() && capped.isEmpty() && waiting.isEmpty();
  }

  @Override
  public void advance() {
    if (batch.isEmpty()) {
      startBatch();
    }
    publish();
    if (batch.isEmpty()) {
      return;
    }
    List<Row> unfinished = batch.stream().filter(row -> !row.isFinished()).toList();
    if (!batch.stream().allMatch(Row::isPrefilled)) {
      device.prefill(batch, options.prefill().chunk());
    } else {
      batchSteps += device.decode(batch, options.batching().segmentSteps(), true);
    }
    long now = device.now();
    unfinished.stream().filter(Row::isFinished).forEach(row -> row.finish(now));
    leaveFailed();
    endBatchIfDone();
    publish();
  }

  /** Releases failed rows. They cannot even pad the batch. */
  private void leaveFailed() {
    batch.stream().filter(Row::hasFailed).forEach(device::release);
    batch = batch.stream().filter(row -> !row.hasFailed()).toList();
  }

  private void startBatch() {
    if (planned.isEmpty() && !capped.isEmpty()) {
      planCapped();
    } else if (planned.isEmpty()) {
      planGroup(toRun(waiting.poll()));
    }
    if (!planned.isEmpty()) {
      admit(toRun(planned.remove(0)));
    }
  }

  private void planGroup(List<Row> group) {
    if (scheduler == null) {
      planned.add(group);
      return;
    }
    for (Batch<Row> part : scheduler.batches(group)) {
      part.members().forEach(row -> row.joinBatch(part.bound(), part.cap()));
      planned.add(part.members());
    }
  }

  private void planCapped() {
    capped.forEach(Row::uncap);
    if (options.batching().sequence().recomputation() == Recomputation.RESTART) {
      capped.forEach(Row::restart);
    }
    scheduler.recomputations(capped).forEach(part -> planned.add(part.members()));
    capped.clear();
  }

  /** The rows that have not ended before they run. */
  private List<Row> toRun(List<Row> rows) {
    long now = device.now();
    List<Row> running = new ArrayList<>();
    for (Row row : rows) {
      if (!row.endsBeforeRunning(now)) {
        running.add(row);
      }
    }
    return running;
  }

  private void admit(List<Row> rows) {
    int fit = 0;
    while (fit < Math.min(rows.size(), options.batching().width())
        && device.admit(rows.get(fit), rows.get(fit).cellsAtMost())) {
      fit++;
    }
    batch = List.copyOf(rows.subList(0, fit));
    if (fit < rows.size()) {
      planned.add(0, rows.subList(fit, rows.size()));
    }
    if (fit > 0) {
      statistics.batchStarted();
    }
  }

  private void endBatchIfDone() {
    if (batch.stream().allMatch(row -> row.isCancelled() || row.limit() == 0)) {
      List<Row> unfinished =
          batch.stream().filter(row -> !row.isFinished() && !row.isCancelled()).toList();
      statistics.capped(unfinished.size(), batchSteps);
      capped.addAll(unfinished);
      batch.forEach(device::release);
      batch = List.of();
      batchSteps = 0;
    }
  }

  private void publish() {
    int rows = waiting.rows() + planned.stream().mapToInt(List::size).sum() + capped.size();
    statistics.holdsRows(batch.size(), rows, options.batching().width() - batch.size());
    device.publish();
  }
}
