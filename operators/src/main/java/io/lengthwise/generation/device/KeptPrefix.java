package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;

/**
 * A prefix that several prompts had, kept in a slot of its own for later prompts.
 *
 * @param end the node with which the prefix ends
 */
record KeptPrefix(Slot slot, PrefixNode end) implements PrefixHolder {

  @Override
  public int held() {
    return end.end();
  }
}
