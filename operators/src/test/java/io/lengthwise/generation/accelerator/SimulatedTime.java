package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.List;

/** An accelerator whose decode step takes one millisecond. A prefilled token takes a part of it. */
public final class SimulatedTime implements Accelerator {

  private static final long STEP_NANOS = 1_000_000;

  private final Accelerator accelerator;
  private final long prefillNanos;
  private long nanos = STEP_NANOS;

  /** | @param prefillNanos the time to prefill one token */
  public SimulatedTime(Accelerator accelerator, long prefillNanos) {
    this.accelerator = accelerator;
    this.prefillNanos = prefillNanos;
  }

  @Override
  public long bytesPerToken() {
    return accelerator.bytesPerToken();
  }

  @Override
  public int blockCells() {
    return accelerator.blockCells();
  }

  @Override
  public void allocate(int cells) {
    accelerator.allocate(cells);
  }

  @Override
  public void prefill(List<PromptPiece> pieces) {
    accelerator.prefill(pieces);
    nanos += prefillNanos * pieces.stream().mapToInt(PromptPiece::length).sum();
  }

  @Override
  public Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    Decoded decoded = accelerator.decode(rows, steps, untilAll);
    nanos += STEP_NANOS * decoded.steps();
    return decoded;
  }

  @Override
  public void move(Slot from, Slot to, int count) {
    accelerator.move(from, to, count);
  }

  @Override
  public long millis() {
    return nanos / STEP_NANOS;
  }

  @Override
  public long nanos() {
    return nanos;
  }
}
