package io.lengthwise.generation;

import io.lengthwise.model.Slot;

/** What holds the first tokens of a prompt in a slot. */
interface PrefixHolder {

  Slot slot();

  /** Tokens in the slot. */
  int held();
}
