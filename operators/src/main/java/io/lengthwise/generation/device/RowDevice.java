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
 * <p>A row that makes the device throw, with others and alone, is failed: it ends with an error,
 * and has to leave. Its neighbours go on. Where the device throws for a made-up row in its place
 * too, the device is at fault, which throws.
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
   * @param memoryBytes what the cache may take
   * @param prefillChunk the most tokens of a call that prefills, at least 1
   * @param reuse whether prefixes that prompts share are computed once
   * @throws IllegalArgumentException where the memory holds not even one block of tokens
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

  /** Tokens that the cache holds. */
  public int cells() {
    return slots.cells();
  }

  /** Cells that belong to no row, with those that are kept. */
  public int freeCells() {
    return slots.freeCells() + prefixes.keptCells();
  }

  /** Cells of what prompts have in common, kept while there is room. */
  public int keptCells() {
    return prefixes.keptCells();
  }

  /** Tells the statistics how many cells there are, free and kept. */
  public void publish() {
    statistics.holdsCells(freeCells(), keptCells(), cells());
  }

  /** The time, in epoch milliseconds. */
  public long now() {
    return accelerator.millis();
  }

  /** Whether the row fits an empty cache, however long its answer is; else it is refused. */
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

  /** Gives a row a slot of at least so many cells, if there is room now. */
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

  /** Whether so many cells would find room if a row left. */
  public boolean hasRoomWithout(Row leaving, int cells) {
    return leaving.slot().size() >= cells || prefixes.hasRoomFor(cells);
  }

  /** Moves a row to a slot of at least so many cells, if there is room now. */
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
   * Prefills rows together; what some have in common, one of them first.
   *
   * @param rows in the order of their admission
   * @param most tokens that are prefilled
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
   * Decodes a segment of prefilled rows; each takes its new tokens.
   *
   * @return the steps it took
   */
  public int decode(List<Row> rows, int steps, boolean untilAll) {
    long before = statistics.decodeSteps();
    call(rows, part -> segment(part, steps, untilAll));
    return (int) (statistics.decodeSteps() - before);
  }

  private void segment(List<Row> rows, int steps, boolean untilAll) {
    if (rows.stream().allMatch(Row::isFinished)) {
      // Padding of a static batch, in a part of it.
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

  /** Runs a made-up row through all cells of a row's slot, which hold ordinary numbers then. */
  private void probe(Row failed) {
    // What its slot holds is nobody's beginning any more.
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
