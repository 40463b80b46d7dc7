package io.lengthwise.generation.device;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.generation.accelerator.MadeUpRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.RequestError;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rows on a device: their slots, prefill and decode. For the engine's thread.
 *
 * <p>A row that makes the device throw, with other rows and alone, fails: it ends with an error and
 * has to leave. The other rows continue. If the device also throws for a made-up row in the same
 * slot, the device is at fault, and the exception is thrown on.
 */
public final class RowDevice {

  private final Accelerator accelerator;
  private final SlotAllocator slots;
  private final PrefixCache prefixes;
  private final boolean reuse;
  private final int prefillChunk;
  private final EngineStatistics statistics;

  /**
   * Allocates the key-value cache, once.
   *
   * @param memoryBytes the size of the cache
   * @param prefillChunk the most tokens of a call that prefills, at least 1
   * @param reuse whether prefixes that prompts share are computed once
   * @throws IllegalArgumentException if the memory does not hold even one block of tokens
   */
  public RowDevice(
      Accelerator accelerator,
      long memoryBytes,
      int prefillChunk,
      boolean reuse,
      EngineStatistics statistics) {
    int block = accelerator.blockCells();
    long blockBytes = block * accelerator.bytesPerToken();
    int cells = block * (int) Math.min(Integer.MAX_VALUE / block, memoryBytes / blockBytes);
    if (cells == 0) {
      throw new IllegalArgumentException(
          "engine.memory: %d bytes are too few; %d tokens of this model take %d"
              .formatted(memoryBytes, block, blockBytes));
    }
    this.accelerator = accelerator;
    this.statistics = statistics;
    this.slots = new SlotAllocator(cells, block);
    this.prefixes = new PrefixCache(accelerator, slots, statistics);
    this.reuse = reuse;
    this.prefillChunk = prefillChunk;
    accelerator.allocate(cells);
  }

  /** The tokens that the cache holds. */
  public int cells() {
    return slots.cells();
  }

  /** The cells that belong to no row, those of kept prefixes included. */
  public int freeCells() {
    return slots.freeCells() + prefixes.keptCells();
  }

  /** The cells of kept prefixes. */
  public int keptCells() {
    return prefixes.keptCells();
  }

  /** Publishes how many cells there are, free and kept. */
  public void publish() {
    statistics.holdsCells(freeCells(), keptCells(), cells());
  }

  /** The time, in epoch milliseconds. */
  public long now() {
    return accelerator.millis();
  }

  /**
   * Whether the row fits an empty cache, however long its answer becomes. If not, the row ends with
   * an error.
   */
  public boolean accepts(Row row) {
    if (row.cellsAtMost() <= slots.cells()) {
      return true;
    }
    row.fail(
        RequestError.contextLengthExceeded(
            "max_tokens",
            "prompt and max_tokens need %d tokens of key-value cache, and engine.memory has room for %d"
                .formatted(row.cellsAtMost(), slots.cells())));
    row.finish(now());
    return false;
  }

  /** Gives a row a slot of at least {@code cells} cells, if there is room now. */
  public boolean admit(Row row, int cells) {
    Slot slot = prefixes.allocate(cells);
    if (slot == null) {
      return false;
    }
    row.admit(slot, now());
    if (reuse) {
      prefixes.add(row);
    }
    return true;
  }

  public void release(Row row) {
    prefixes.remove(row);
    slots.free(row.stay().end(now()));
  }

  /** Whether {@code cells} cells would find room if a row left. */
  public boolean hasRoomWithout(Row leaving, int cells) {
    return leaving.slot().size() >= cells || prefixes.hasRoomFor(cells);
  }

  /** Moves a row to a slot of at least {@code cells} cells, if there is room now. */
  public boolean grow(Row row, int cells) {
    Slot larger = prefixes.allocate(cells);
    if (larger == null) {
      return false;
    }
    accelerator.move(row.slot(), larger, row.held());
    slots.free(row.slot());
    row.stay().moveTo(larger);
    return true;
  }

  /**
   * Prefills rows together. A prefix that some of them share is computed for one of them first.
   *
   * @param rows the rows in the order of their admission
   * @param most the most tokens that are prefilled
   */
  public void prefill(List<Row> rows, int most) {
    int left = most;
    while (left > 0) {
      List<Row> waiting = rows.stream().filter(row -> !row.isPrefilled()).toList();
      waiting.forEach(prefixes::reuse);
      PrefillChunk chunk = new PrefillChunk(waiting, left, prefixes);
      if (chunk.isEmpty()) {
        return;
      }
      call(chunk.rows(), part -> compute(chunk.of(part)));
      left -= chunk.tokens();
    }
  }

  private void compute(PrefillChunk chunk) {
    long start = accelerator.nanos();
    accelerator.prefill(chunk.pieces());
    statistics.prefilled(chunk.tokens(), accelerator.nanos() - start);
    chunk.done(now());
  }

  /**
   * Decodes a segment of prefilled rows. Each row takes its new tokens.
   *
   * @return the number of steps
   */
  public int decode(List<Row> rows, int steps, boolean untilAll) {
    long before = statistics.decodeSteps();
    call(rows, part -> segment(part, steps, untilAll));
    return (int) (statistics.decodeSteps() - before);
  }

  private void segment(List<Row> rows, int steps, boolean untilAll) {
    if (rows.stream().allMatch(Row::isFinished)) {
      // These rows only pad a static batch.
      return;
    }
    long start = accelerator.nanos();
    rows.forEach(row -> statistics.stoodStill(row.stay().nanosSinceSegment(start)));
    Decoded decoded = accelerator.decode(rows, steps, untilAll);
    long end = accelerator.nanos();
    int total = 0;
    for (int i = 0; i < rows.size(); i++) {
      total += rows.get(i).decoded(decoded.tokens()[i], end);
    }
    statistics.decoded(decoded.steps(), rows.size(), total, end - start);
    statistics.lookedUp(decoded.drafted(), decoded.accepted());
  }

  private void call(List<Row> rows, Consumer<List<Row>> work) {
    new DeviceCall<>("row", work, this::probe, this::blame, statistics).run(rows);
  }

  /**
   * Runs a made-up row through all cells of a row's slot. The cells hold ordinary numbers
   * afterwards.
   */
  private void probe(Row failed) {
    // The slot does not hold a prefix of a prompt any more.
    prefixes.forget(failed);
    MadeUpRow row = new MadeUpRow(failed.slot(), failed.slot().size());
    int last = row.length() - 1;
    for (int from = 0; from < last; from += prefillChunk) {
      int to = Math.min(from + prefillChunk, last);
      accelerator.prefill(List.of(new PromptPiece(row.slot(), row.tokens(), from, to)));
    }
    accelerator.decode(List.of(row), 1, false);
  }

  private void blame(Row row, RuntimeException cause) {
    row.fail(RequestError.engineFailure(cause));
  }
}
