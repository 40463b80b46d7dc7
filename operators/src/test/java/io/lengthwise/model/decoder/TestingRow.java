package io.lengthwise.model.decoder;

import io.lengthwise.request.Sampling;
import java.util.Arrays;

/** A row for a test: a slot and its tokens. */
final class TestingRow implements DecodeRow {

  private final Sampling sampling;
  private final int promptLength;
  private final int limit;
  private Slot slot;
  private int[] tokens;

  TestingRow(Slot slot, int[] prompt, int limit, Sampling sampling) {
    this.slot = slot;
    this.tokens = prompt;
    this.promptLength = prompt.length;
    this.limit = limit;
    this.sampling = sampling;
  }

  /** Returns all but the last token. */
  PromptPiece prompt() {
    return new PromptPiece(slot, tokens, 0, tokens.length - 1);
  }

  void append(int[] more) {
    int old = tokens.length;
    tokens = Arrays.copyOf(tokens, old + more.length);
    System.arraycopy(more, 0, tokens, old, more.length);
  }

  void moveTo(Slot place) {
    slot = place;
  }

  int[] answer() {
    return Arrays.copyOfRange(tokens, promptLength, tokens.length);
  }

  @Override
  public Slot slot() {
    return slot;
  }

  @Override
  public int length() {
    return tokens.length;
  }

  @Override
  public int token(int position) {
    return tokens[position];
  }

  @Override
  public int generated() {
    return tokens.length - promptLength;
  }

  @Override
  public int limit() {
    return limit - generated();
  }

  @Override
  public Sampling sampling() {
    return sampling;
  }
}
