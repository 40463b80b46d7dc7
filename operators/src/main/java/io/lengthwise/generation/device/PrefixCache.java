package io.lengthwise.generation.device;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.model.decoder.Slot;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Computes prefixes that prompts share only once: their keys and values are copied from slot to
 * slot.
 *
 * <p>A prefix is copied from a row on the device that has it. When the last such row leaves and
 * several prompts had this prefix, the prefix is kept in a slot of its own at the end of the cache.
 * Kept prefixes use a part of the cache. The least recently used one is dropped first. Their cells
 * count as free: a row that finds no other cells gets them.
 */
final class PrefixCache {

  /** A shorter prefix is computed instead: a copy takes several calls for each layer. */
  static final int FEWEST_TOKENS = 16;

  /** Kept prefixes use at most one cell in so many. */
  private static final int PART = 4;

  /** The most tokens of recent prompts that are remembered. */
  private static final int REMEMBERED_TOKENS = 1 << 16;

  private final Accelerator accelerator;
  private final SlotAllocator slots;
  private final EngineStatistics statistics;
  private final int block;
  private final int mostCells;
  private final PrefixTree tree = new PrefixTree(REMEMBERED_TOKENS);

  /** The kept prefixes by their last nodes, in the order of use. */
  private final Map<PrefixNode, KeptPrefix> kept = new LinkedHashMap<>(16, 0.75f, true);

  private int keptCells;

  PrefixCache(Accelerator accelerator, SlotAllocator slots, EngineStatistics statistics) {
    this.accelerator = accelerator;
    this.slots = slots;
    this.statistics = statistics;
    this.block = accelerator.blockCells();
    this.mostCells = slots.cells() / PART / block * block;
  }

  /** Adds a row that was admitted, and copies the longest prefix of its prompt. */
  void add(Row row) {
    tree.add(row);
    tree.path(row).forEach(kept::get);
    reuse(row);
  }

  /**
   * Copies the longest prefix of a row's prompt, if it is longer than the tokens that the row has.
   */
  void reuse(Row row) {
    tree.path(row).stream()
        .max(Comparator.comparingInt(PrefixNode::held))
        .filter(node -> node.held() - row.held() >= FEWEST_TOKENS)
        .ifPresent(node -> copy(node.best(), row, node.held()));
  }

  private void copy(PrefixHolder from, Row to, int count) {
    long start = accelerator.nanos();
    // Whole blocks are copied. The first block may contain tokens of the row, which are the same.
    int first = to.held() / block * block;
    accelerator.move(behind(from.slot(), first), behind(to.slot(), first), count - first);
    statistics.reused(count - to.held(), accelerator.nanos() - start);
    to.prefilled(count, accelerator.millis());
    tree.advanced(to);
    if (from instanceof KeptPrefix prefix) {
      kept.get(prefix.end());
    }
  }

  private static Slot behind(Slot slot, int cells) {
    return new Slot(slot.offset() + cells, slot.size() - cells);
  }

  /** A row holds more tokens than before. */
  void advanced(Row row) {
    tree.advanced(row);
  }

  /** The prefixes of a row's prompt. */
  Collection<PrefixNode> prefixesOf(Row row) {
    return tree.path(row);
  }

  /**
   * Removes a row that is about to leave its slot, and keeps a shared prefix that only this row
   * has.
   */
  void remove(Row row) {
    Collection<PrefixNode> path = tree.path(row);
    tree.remove(row);
    int elsewhere = path.stream().mapToInt(PrefixNode::held).max().orElse(0);
    Optional<PrefixNode> longest =
        path.stream()
            .filter(node -> node.isShared() && node.end() <= Math.min(row.held(), mostCells))
            .max(Comparator.comparingInt(PrefixNode::end));
    if (longest.isPresent() && longest.get().end() - elsewhere >= FEWEST_TOKENS) {
      keep(row, longest.get());
    }
  }

  /** Removes a row whose slot no longer holds its tokens. */
  void forget(Row row) {
    tree.remove(row);
  }

  private void keep(Row row, PrefixNode end) {
    Slot slot = slots.allocateLast(end.end());
    if (slot == null) {
      return;
    }
    accelerator.move(row.slot(), slot, end.end());
    KeptPrefix prefix = new KeptPrefix(slot, end);
    tree.add(prefix, end);
    kept.put(end, prefix);
    keptCells += slot.size();
    while (keptCells > mostCells) {
      giveUpOldest();
    }
  }

  private void giveUpOldest() {
    KeptPrefix oldest = kept.values().iterator().next();
    kept.remove(oldest.end());
    tree.remove(oldest, oldest.end());
    slots.free(oldest.slot());
    keptCells -= oldest.slot().size();
  }

  /** A slot for a row, or null. Kept prefixes are dropped if that makes room. */
  Slot allocate(int cells) {
    Slot slot = slots.allocate(cells);
    if (slot == null && hasRoomFor(cells)) {
      while (slot == null) {
        giveUpOldest();
        slot = slots.allocate(cells);
      }
    }
    return slot;
  }

  /** Whether a row could get a slot of so many cells now. */
  boolean hasRoomFor(int cells) {
    return slots.hasRoomFor(cells)
        || slots.hasRoomFor(cells, kept.values().stream().map(KeptPrefix::slot).toList());
  }

  /** The cells of kept prefixes. */
  int keptCells() {
    return keptCells;
  }
}
