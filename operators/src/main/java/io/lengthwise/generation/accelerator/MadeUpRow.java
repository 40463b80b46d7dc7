package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.Sampling;
import java.util.Arrays;

/**
 * A row of nobody, to see what the device does with it: greedy, the same token over and over.
 *
 * @param length tokens it has
 */
public record MadeUpRow(Slot slot, int length) implements DecodeRow {

  /** In every vocabulary. */
  public static final int TOKEN = 1;

  /** As many as its slot could hold. */
  public int[] tokens() {
    int[] tokens = new int[slot.size()];
    Arrays.fill(tokens, TOKEN);
    return tokens;
  }

  @Override
  public int token(int position) {
    return TOKEN;
  }

  @Override
  public int generated() {
    return 0;
  }

  @Override
  public int limit() {
    return slot.size() - (length - 1);
  }

  @Override
  public Sampling sampling() {
    return Sampling.GREEDY;
  }
}
