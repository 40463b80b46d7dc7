package io.lengthwise.model.decoder;

/**
 * Tokens of one row to prefill: all of its prompt, or a part of a long one.
 *
 * @param slot where the row's keys and values lie
 * @param tokens the row's tokens
 * @param from the first to prefill; those before it are in the slot already
 * @param to the one after the last to prefill
 */
public record PromptPiece(Slot slot, int[] tokens, int from, int to) {

  public int length() {
    return to - from;
  }
}
