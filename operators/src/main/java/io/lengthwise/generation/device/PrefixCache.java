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
 * What prompts begin with alike is computed once: its keys and values are copied from slot to slot.
 *
 * <p>They come from a row on the device that has them. When the last one leaves that has what
 * several prompts began with, that is kept in a slot of its own, at the end of the cache. What is
 * kept takes a part of the cache, is given up by least recent use, and counts as free: a row that
 * finds no room otherwise gets its cells.
 */
final class PrefixCache {

  /** Fewer are as well computed: a copy is some calls for each layer. */
  static final int FEWEST_TOKENS = 16;

  /** Of the cache, for what is kept. */
  private static final int PART = 4;

  /** Of recent prompts. */
  private static final int REMEMBERED_TOKENS = 1 << 16;

  private final Accelerator accelerator;
  private final SlotAllocator slots;
  private final EngineStatistics statistics;
  private final int block;
  private final int mostCells;
  private final PrefixTree tree = new PrefixTree(REMEMBERED_TOKENS);

  /** By the nodes with which they end, in the order of use. */
  private final Map<PrefixNode, KeptPrefix> kept = new LinkedHashMap<>(16, 0.75f, true);

  private int keptCells;

  PrefixCache(Accelerator accelerator, SlotAllocator slots, EngineStatistics statistics) {
    this.accelerator = accelerator;
    this.slots = slots;
    this.statistics = statistics;
    this.block = accelerator.blockCells();
    this.mostCells = slots.cells() / PART / block * block;
  }

  /** Takes a row that got a slot, and copies what there is of its prompt. */
  void add(Row row) {
    tree.add(row);
    tree.path(row).forEach(kept::get);
    reuse(row);
  }

  /** Copies what there is of a row's prompt by now, if that is more than the row has. */
  void reuse(Row row) {
    tree.path(row).stream()
        .max(Comparator.comparingInt(PrefixNode::held))
        .filter(node -> node.held() - row.held() >= FEWEST_TOKENS)
        .ifPresent(node -> copy(node.best(), row, node.held()));
  }

  private void copy(PrefixHolder from, Row to, int count) {
    long start = accelerator.nanos();
    // Whole blocks: the first may have tokens of the row already, which are the same.
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

  /** Tells that a row holds more tokens than before. */
  void advanced(Row row) {
    tree.advanced(row);
  }

  /** The beginnings of a row's prompt. */
  Collection<PrefixNode> beginnings(Row row) {
    return tree.path(row);
  }

  /** Lets a row go that is about to leave its slot, and keeps what it alone has for others. */
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

  /** Lets a row go whose slot no longer holds what it had. */
  void forget(Row row) {
    tree.remove(row);
  }

  private void keep(Row row, PrefixNode end) {
    Slot place = slots.allocateLast(end.end());
    if (place == null) {
      return;
    }
    accelerator.move(row.slot(), place, end.end());
    KeptPrefix prefix = new KeptPrefix(place, end);
    tree.add(prefix, end);
    kept.put(end, prefix);
    keptCells += place.size();
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

  /** A slot for a row, for which what is kept is given up where that helps; or null. */
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

  /** Cells of what is kept. */
  int keptCells() {
    return keptCells;
  }
}
