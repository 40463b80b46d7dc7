package io.lengthwise.generation;

import io.lengthwise.model.DecodeRow;
import io.lengthwise.model.Decoder;
import io.lengthwise.model.PromptPiece;
import io.lengthwise.model.Slot;
import java.util.List;

/**
 * A model on its device, in real time.
 *
 * @param decoder confined to the thread that opened it
 */
record ModelAccelerator(Decoder decoder) implements Accelerator {

  @Override
  public long bytesPerToken() {
    return decoder.bytesPerToken();
  }

  @Override
  public int blockCells() {
    return Decoder.BLOCK;
  }

  @Override
  public void allocate(int cells) {
    decoder.allocate(cells);
  }

  @Override
  public void prefill(List<PromptPiece> pieces) {
    decoder.prefill(pieces);
  }

  @Override
  public int[][] decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    return decoder.decode(rows, steps, untilAll);
  }

  @Override
  public void move(Slot from, Slot to, int count) {
    decoder.move(from, to, count);
  }

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
