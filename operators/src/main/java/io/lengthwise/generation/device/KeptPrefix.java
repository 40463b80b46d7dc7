package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.Slot;

/**
 * What prompts began with, kept for others that will.
 *
 * @param end the node with which it ends
 */
record KeptPrefix(Slot slot, PrefixNode end) implements PrefixHolder {

  @Override
  public int held() {
    return end.end();
  }
}
