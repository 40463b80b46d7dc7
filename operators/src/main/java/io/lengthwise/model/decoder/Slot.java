package io.lengthwise.model.decoder;

/**
 * Contiguous cells of the key-value cache that belong to one row: whole blocks of {@link
 * Decoder#BLOCK}.
 *
 * @param offset the first cell
 * @param size the number of cells; each holds the key and value of one token in every layer
 */
public record Slot(int offset, int size) {

  /**
   * The slot with the given number, from 0, among adjacent slots for {@code tokens} tokens each.
   */
  public static Slot number(int number, int tokens) {
    int size = wholeBlocks(tokens);
    return new Slot(number * size, size);
  }

  /** The cells of the blocks that {@code tokens} tokens need. */
  public static int wholeBlocks(int tokens) {
    return (tokens + Decoder.BLOCK - 1) / Decoder.BLOCK * Decoder.BLOCK;
  }
}
