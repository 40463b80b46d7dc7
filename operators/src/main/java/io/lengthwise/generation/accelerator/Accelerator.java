package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import java.util.List;

/**
 * What computes the tokens of rows, and whose time passes meanwhile: a model on a device, or
 * recorded lengths under simulated time. For one thread.
 */
public interface Accelerator {

  /** What one token's keys and values take in the cache. */
  long bytesPerToken();

  /** Cells of which slots are whole multiples. */
  int blockCells();

  /** Allocates a key-value cache of so many tokens, whole blocks. */
  void allocate(int cells);

  /** Fills the cache with tokens of one or several rows. */
  void prefill(List<PromptPiece> pieces);

  /**
   * Generates the next tokens of every row, together.
   *
   * @param steps the most tokens a row is given
   * @param untilAll whether it goes on until the last row has ended, and not only the first
   */
  Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll);

  /** Copies the first cells of a slot into another one. */
  void move(Slot from, Slot to, int count);

  /** Its time, in epoch milliseconds. */
  long millis();

  /** Its time, in nanoseconds since some moment. */
  long nanos();
}
