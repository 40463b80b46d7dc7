package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;

/** A slot that holds the first tokens of a prompt. */
interface PrefixHolder {

  Slot slot();

  /** The tokens in the slot. */
  int held();
}
