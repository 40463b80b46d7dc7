package io.lengthwise.model.decoder;

import io.lengthwise.request.Sampling;

/** A row as decoding sees it. Its slot holds every token it has but the last. */
public interface DecodeRow {

  Slot slot();

  /** Tokens it has, of the prompt and generated. */
  int length();

  /** Its token at a position from 0 to {@link #length()} - 1. */
  int token(int position);

  /** Tokens generated so far, which tells the seed's draws apart. */
  int generated();

  /**
   * The most tokens it may still generate, for which its slot has room; 0 where it has ended and
   * only pads a static batch.
   */
  int limit();

  /** Complete: no field but the seed of a greedy row is null. */
  Sampling sampling();
}
