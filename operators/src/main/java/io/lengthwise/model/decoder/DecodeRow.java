package io.lengthwise.model.decoder;

import io.lengthwise.request.Sampling;

/**
 * The view of a row that decoding needs. The slot of the row holds all of its tokens but the last
 * one.
 */
public interface DecodeRow {

  Slot slot();

  /** The number of tokens of the row, prompt included. */
  int length();

  /** The token at a position from 0 to {@link #length()} - 1. */
  int token(int position);

  /** The number of generated tokens. With the seed, it determines the next draw. */
  int generated();

  /**
   * The most tokens that the row may still generate and its slot has room for; 0 for a row that has
   * ended and only pads a static batch.
   */
  int limit();

  /** The complete sampling parameters: no field is null, except the seed of a greedy row. */
  Sampling sampling();
}
