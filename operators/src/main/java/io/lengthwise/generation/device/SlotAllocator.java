package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Allocates slots of the key-value cache.
 *
 * <p>A slot is at the lowest offset where it fits, and consists of whole blocks.
 */
final class SlotAllocator {

  private final int cells;
  private final int block;
  private final TreeMap<Integer, Integer> freeSizes = new TreeMap<>();
  private int freeCells;

  /**
   * An allocator whose cells are all free.
   *
   * @param cells a multiple of the block
   * @param block slots are whole multiples of this many cells
   */
  SlotAllocator(int cells, int block) {
    this.cells = cells;
    this.block = block;
    this.freeCells = cells;
    freeSizes.put(0, cells);
  }

  /** A slot of at least {@code needed} cells, or null if there is no room now. */
  Slot allocate(int needed) {
    int size = roundUp(needed);
    return firstRange(freeSizes, size).map(start -> take(start, start, size)).orElse(null);
  }

  /** The same as {@link #allocate}, at the highest offset where the slot fits. */
  Slot allocateLast(int needed) {
    int size = roundUp(needed);
    return firstRange(freeSizes.descendingMap(), size)
        .map(start -> take(start, start + freeSizes.get(start) - size, size))
        .orElse(null);
  }

  private static Optional<Integer> firstRange(Map<Integer, Integer> ranges, int size) {
    return ranges.entrySet().stream()
        .filter(range -> range.getValue() >= size)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Slot take(int start, int offset, int size) {
    int end = start + freeSizes.remove(start);
    if (offset > start) {
      freeSizes.put(start, offset - start);
    }
    if (offset + size < end) {
      freeSizes.put(offset + size, end - offset - size);
    }
    freeCells -= size;
    return new Slot(offset, size);
  }

  private int roundUp(int needed) {
    return (needed + block - 1) / block * block;
  }

  /** Whether a slot of {@code needed} cells could be allocated now. */
  boolean hasRoomFor(int needed) {
    int wanted = roundUp(needed);
    return freeSizes.values().stream().anyMatch(size -> size >= wanted);
  }

  /** Whether a slot of {@code needed} cells could be allocated if other slots were freed. */
  boolean hasRoomFor(int needed, List<Slot> others) {
    SlotAllocator without = new SlotAllocator(cells, block);
    without.freeSizes.clear();
    without.freeSizes.putAll(freeSizes);
    others.forEach(without::free);
    return without.hasRoomFor(needed);
  }

  /** Frees a slot. */
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
