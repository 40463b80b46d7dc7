package io.lengthwise.model.decoder;

/**
 * Tokens of one row to prefill: its whole prompt, or a part of it.
 *
 * @param slot the slot of the row
 * @param tokens the tokens of the row
 * @param from the index of the first token to prefill; the slot already holds the tokens before it
 * @param to the index after the last token to prefill
 */
public record PromptPiece(Slot slot, int[] tokens, int from, int to) {

  public int length() {
    return to - from;
  }
}
