package io.lengthwise.generation;

import io.lengthwise.model.Slot;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hands out slots of the key-value cache.
 *
 * <p>A slot lies at the lowest offset where it fits. Sizes come in two steps an octave (32, 48, 64,
 * 96, 128, ...), so that neighbours are often of one size, which the decoder attends to together. A
 * slot wastes at most a third of itself.
 */
final class SlotAllocator {

  private static final int SMALLEST = 32;

  private final int cells;
  private final TreeMap<Integer, Integer> freeSizes = new TreeMap<>();
  private int freeCells;

  SlotAllocator(int cells) {
    this.cells = cells;
    this.freeCells = cells;
    freeSizes.put(0, cells);
  }

  /** A slot of at least so many cells, or null where there is no room for it now. */
  Slot allocate(int needed) {
    Slot roomy = take(Math.min(cells, stepAbove(needed)));
    return roomy != null ? roomy : take(needed);
  }

  private static int stepAbove(int needed) {
    int step = SMALLEST;
    while (step < needed) {
      int between = step + step / 2;
      if (between >= needed) {
        return between;
      }
      step *= 2;
    }
    return step;
  }

  private Slot take(int size) {
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

  /** Whether a slot of so many cells could be had now. */
  boolean hasRoomFor(int needed) {
    return freeSizes.values().stream().anyMatch(size -> size >= needed);
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
