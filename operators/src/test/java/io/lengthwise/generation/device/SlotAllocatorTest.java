package io.lengthwise.generation.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.model.decoder.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotAllocatorTest {

  @Test
  void slotsAreWholeBlocks() {
    SlotAllocator slots = new SlotAllocator(256, 64);
    assertThat(slots.allocate(1)).isEqualTo(new Slot(0, 64));
    assertThat(slots.allocate(65)).isEqualTo(new Slot(64, 128));
    assertThat(slots.hasRoomFor(64)).isTrue();
    assertThat(slots.hasRoomFor(65)).isFalse();
    assertThat(slots.allocate(65)).isNull();
  }

  @Test
  void lastSlotLiesAtTheEnd() {
    SlotAllocator slots = new SlotAllocator(256, 64);
    assertThat(slots.allocateLast(65)).isEqualTo(new Slot(128, 128));
    assertThat(slots.allocate(64)).isEqualTo(new Slot(0, 64));
    assertThat(slots.allocateLast(1)).isEqualTo(new Slot(64, 64));
    assertThat(slots.allocateLast(1)).isNull();
    assertThat(slots.freeCells()).isZero();
  }

  @Test
  void roomIsJudgedAsIfOthersWereTakenBack() {
    SlotAllocator slots = new SlotAllocator(256, 64);
    slots.allocate(64);
    Slot last = slots.allocateLast(64);
    assertThat(slots.hasRoomFor(129)).isFalse();
    assertThat(slots.hasRoomFor(129, List.of(last))).isTrue();
    assertThat(slots.hasRoomFor(193, List.of(last))).isFalse();
    assertThat(slots.freeCells()).isEqualTo(128);
    assertThat(slots.allocate(129)).isNull();
  }

  @Test
  void freedNeighboursAreOneAgain() {
    SlotAllocator slots = new SlotAllocator(96, 32);
    Slot first = slots.allocate(32);
    Slot second = slots.allocate(32);
    Slot third = slots.allocate(32);
    slots.free(first);
    slots.free(third);
    assertThat(slots.allocate(64)).isNull();
    slots.free(second);
    assertThat(slots.allocate(96)).isEqualTo(new Slot(0, 96));
  }

  @Test
  void slotsNeverOverlapAndNothingIsLost() {
    Random random = new Random(1);
    SlotAllocator slots = new SlotAllocator(4096, 16);
    List<Slot> taken = new ArrayList<>();
    for (int step = 0; step < 5000; step++) {
      Slot slot = random.nextInt(3) > 0 ? allocate(slots, random) : null;
      if (slot != null) {
        for (Slot other : taken) {
          boolean apart =
              slot.offset() + slot.size() <= other.offset()
                  || other.offset() + other.size() <= slot.offset();
          assertThat(apart).as("%s and %s", slot, other).isTrue();
        }
        taken.add(slot);
      } else if (!taken.isEmpty()) {
        slots.free(taken.remove(random.nextInt(taken.size())));
      }
      int used = taken.stream().mapToInt(Slot::size).sum();
      assertThat(slots.freeCells()).isEqualTo(4096 - used);
    }
    taken.forEach(slots::free);
    assertThat(slots.allocate(4096)).isEqualTo(new Slot(0, 4096));
  }

  private static Slot allocate(SlotAllocator slots, Random random) {
    int needed = 1 + random.nextInt(300);
    return random.nextBoolean() ? slots.allocate(needed) : slots.allocateLast(needed);
  }
}
