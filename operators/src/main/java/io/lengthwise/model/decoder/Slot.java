package io.lengthwise.model.decoder;

/**
 * A stretch of the key-value cache that belongs to one row, whole blocks of {@link Decoder#BLOCK}.
 *
 * @param offset its first cell
 * @param size its cells; each holds the key and value of one token in every layer
 */
public record Slot(int offset, int size) {

  /** The number-th slot of those that hold so many tokens each and lie side by side. */
  public static Slot number(int number, int tokens) {
    int size = wholeBlocks(tokens);
    return new Slot(number * size, size);
  }

  /** Cells of the blocks that so many tokens need. */
  public static int wholeBlocks(int tokens) {
    return (tokens + Decoder.BLOCK - 1) / Decoder.BLOCK * Decoder.BLOCK;
  }
}
