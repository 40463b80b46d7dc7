package io.lengthwise.generation.accelerator;

import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.request.Sampling;
import java.util.Arrays;

/**
 * A row of no request, which tests or measures the device: greedy, and with the same token at all
 * positions.
 *
 * @param length the number of its tokens
 */
public record MadeUpRow(Slot slot, int length) implements DecodeRow {

  /** A token that every vocabulary has. */
  public static final int TOKEN = 1;

  /** As many tokens as the slot holds. */
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
