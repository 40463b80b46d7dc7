package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;

/** What holds the first tokens of a prompt in a slot. */
interface PrefixHolder {

  Slot slot();

  /** Tokens in the slot. */
  int held();
}
