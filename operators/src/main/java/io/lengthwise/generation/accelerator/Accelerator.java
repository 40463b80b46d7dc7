package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.List;

/**
 * Computes the tokens of rows, and has a clock: a model on a device in real time, or recorded
 * lengths under simulated time. For one thread.
 */
public interface Accelerator {

  /** The bytes of one token's keys and values in the cache. */
  long bytesPerToken();

  /** Slots are whole multiples of this many cells. */
  int blockCells();

  /** Allocates a key-value cache for {@code cells} tokens, whole blocks. */
  void allocate(int cells);

  /** Fills the cache with tokens of one or more rows. */
  void prefill(List<PromptPiece> pieces);

  /**
   * Generates the next tokens of all rows together.
   *
   * @param steps the most tokens of a row
   * @param untilAll whether to go on until the last row has ended, rather than the first
   */
  Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll);

  /** Copies the first cells of a slot into another slot. */
  void move(Slot from, Slot to, int count);

  /** The time in epoch milliseconds. */
  long millis();

  /** The time in nanoseconds since some moment. */
  long nanos();
}
