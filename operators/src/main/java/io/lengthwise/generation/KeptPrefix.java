package io.lengthwise.generation;

import io.lengthwise.model.Slot;

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
