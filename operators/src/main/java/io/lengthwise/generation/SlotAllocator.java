package io.lengthwise.generation;

import io.lengthwise.model.Slot;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hands out slots of the key-value cache.
 *
 * <p>A slot lies at the lowest offset where it fits, and takes whole blocks.
 */
final class SlotAllocator {

  private final int cells;
  private final int block;
  private final TreeMap<Integer, Integer> freeSizes = new TreeMap<>();
  private int freeCells;

  /**
   * All cells are free.
   *
   * @param cells a multiple of the block
   * @param block cells of which slots are whole multiples
   */
  SlotAllocator(int cells, int block) {
    this.cells = cells;
    this.block = block;
    this.freeCells = cells;
    freeSizes.put(0, cells);
  }

  /** A slot of at least so many cells, or null where there is no room for it now. */
  Slot allocate(int needed) {
    int size = roundUp(needed);
    for (Map.Entry<Integer, Integer> range : freeSizes.entrySet()) {
      if (range.getValue() >= size) {
        int offset = range.getKey();
        int rest = range.getValue() - size;
        freeSizes.remove(offset);
        if (rest > 0) {
          freeSizes.put(offset + size, rest);
        }
        freeCells -= size;
        return new Slot(offset, size);
      }
    }
    return null;
  }

  private int roundUp(int needed) {
    return (needed + block - 1) / block * block;
  }

  /** Whether a slot of so many cells could be had now. */
  boolean hasRoomFor(int needed) {
    int wanted = roundUp(needed);
    return freeSizes.values().stream().anyMatch(size -> size >= wanted);
  }

  /** Takes a slot back. */
  void free(Slot slot) {
    int offset = slot.offset();
    int size = slot.size();
    Map.Entry<Integer, Integer> before = freeSizes.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == offset) {
      offset = before.getKey();
      size += before.getValue();
    }
    Integer after = freeSizes.remove(slot.offset() + slot.size());
    freeSizes.put(offset, after == null ? size : size + after);
    freeCells += slot.size();
  }

  int cells() {
    return cells;
  }

  int freeCells() {
    return freeCells;
  }
}
