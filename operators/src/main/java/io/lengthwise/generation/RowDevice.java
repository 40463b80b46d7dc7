package io.lengthwise.generation;

import io.lengthwise.model.Slot;
import io.lengthwise.request.RequestError;
import java.util.List;

/** Rows on a device: their slots, prefill and decode. For the engine's thread. */
final class RowDevice {

  private final Accelerator accelerator;
  private final SlotAllocator slots;
  private final EngineStatistics statistics;

  /**
   * Allocates the key-value cache, once.
   *
   * @throws IllegalArgumentException where the memory holds not even one block of tokens
   */
  RowDevice(Accelerator accelerator, long memoryBytes, EngineStatistics statistics) {
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
    accelerator.allocate(cells);
  }

  SlotAllocator slots() {
    return slots;
  }

  /** The time, in epoch milliseconds. */
  long now() {
    return accelerator.millis();
  }

  /** Whether the row fits an empty cache, however long its answer is; else it is refused. */
  boolean accepts(Row row) {
    if (row.cellsAtMost() <= slots.cells()) {
      return true;
    }
    row.refuse(
        RequestError.contextLengthExceeded(
            "max_tokens",
            "prompt and max_tokens need %d tokens of key-value cache, and engine.memory has room for %d"
                .formatted(row.cellsAtMost(), slots.cells())),
        now());
    return false;
  }

  /** Gives a row a slot of at least so many cells, if there is room now. */
  boolean admit(Row row, int cells) {
    Slot slot = slots.allocate(cells);
    if (slot == null) {
      return false;
    }
    row.admit(slot, now());
    return true;
  }

  void release(Row row) {
    slots.free(row.release(now()));
  }

  /** Whether so many cells would find room if a row left. */
  boolean hasRoomWithout(Row leaving, int cells) {
    return leaving.slot().size() >= cells || slots.hasRoomFor(cells);
  }

  /** Moves a row to a slot of at least so many cells, if there is room now. */
  boolean grow(Row row, int cells) {
    Slot larger = slots.allocate(cells);
    if (larger == null) {
      return false;
    }
    accelerator.move(row.slot(), larger, row.held());
    slots.free(row.slot());
    row.moveTo(larger);
    return true;
  }

  /**
   * Prefills rows together.
   *
   * @param rows in the order of their admission
   * @param most tokens that are prefilled
   */
  void prefill(List<Row> rows, int most) {
    PrefillChunk chunk = new PrefillChunk(rows, most);
    if (chunk.isEmpty()) {
      return;
    }
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
  int decode(List<Row> rows, int steps, boolean untilAll) {
    long start = accelerator.nanos();
    rows.forEach(row -> statistics.stoodStill(row.nanosSinceSegment(start)));
    int[][] tokens = accelerator.decode(rows, steps, untilAll);
    long end = accelerator.nanos();
    int total = 0;
    int taken = 0;
    for (int i = 0; i < tokens.length; i++) {
      total += rows.get(i).decoded(tokens[i], end);
      taken = Math.max(taken, tokens[i].length);
    }
    statistics.decoded(taken, rows.size(), total, end - start);
    return taken;
  }
}
