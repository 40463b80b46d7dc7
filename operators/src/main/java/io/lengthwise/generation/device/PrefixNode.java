package io.lengthwise.generation.device;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A prefix of prompts in the {@link PrefixTree}: the prefix of its parent, and some tokens of its
 * own. Where prompts continue in several ways, each way is a child.
 */
final class PrefixNode {

  private final Map<Integer, PrefixNode> children = new HashMap<>();
  private PrefixNode parent;
  private int start;
  private int[] tokens;

  private int prompts;
  private final Set<PrefixHolder> holders = new LinkedHashSet<>();
  private PrefixHolder best;

  /** The empty prefix, which all prompts have. */
  PrefixNode() {
    tokens = new int[0];
  }

  private PrefixNode(PrefixNode parent, int[] tokens) {
    this.parent = parent;
    this.start = parent.end();
    this.tokens = tokens;
    parent.children.put(tokens[0], this);
  }

  /**
   * Adds a child with the tokens of a prompt after this prefix, up to {@code count} tokens of the
   * prompt.
   */
  PrefixNode add(int[] prompt, int count) {
    return new PrefixNode(this, Arrays.copyOfRange(prompt, end(), count));
  }

  /** The child whose first own token is this one, or null. */
  PrefixNode child(int token) {
    return children.get(token);
  }

  /** How many of the node's own tokens equal the prompt's tokens at the same positions. */
  int match(int[] prompt, int count) {
    int mismatch = Arrays.mismatch(tokens, 0, tokens.length, prompt, start, count);
    return mismatch < 0 ? tokens.length : mismatch;
  }

  /**
   * Inserts a node with the first {@code count} of this node's own tokens between its parent and
   * this node, which keeps the others. Both belong to the same prompts.
   */
  PrefixNode split(int count) {
    PrefixNode upper = new PrefixNode(parent, Arrays.copyOf(tokens, count));
    upper.prompts = prompts;
    upper.holders.addAll(holders);
    upper.best = best;
    parent = upper;
    start += count;
    tokens = Arrays.copyOfRange(tokens, count, tokens.length);
    upper.children.put(tokens[0], this);
    return upper;
  }

  /** Removes this node from its parent. */
  void remove() {
    parent.children.remove(tokens[0]);
  }

  /** The parent, null for the empty prefix. */
  PrefixNode parent() {
    return parent;
  }

  /** The number of tokens of the prefix. */
  int end() {
    return start + tokens.length;
  }

  /** The number of the node's own tokens. */
  int length() {
    return tokens.length;
  }

  /** Whether no holder has this prefix, and no longer prefix exists. */
  boolean isForgettable() {
    return children.isEmpty() && holders.isEmpty();
  }

  /** Counts a prompt with this prefix. */
  void count() {
    prompts++;
  }

  /** Whether several prompts had this prefix. */
  boolean isShared() {
    return prompts > 1;
  }

  /** Adds a holder of this prefix. It may hold only a part of the prefix so far. */
  void add(PrefixHolder holder) {
    holders.add(holder);
    advanced(holder);
  }

  /** A holder of this prefix holds more tokens than before. */
  void advanced(PrefixHolder holder) {
    if (best == null || best.held() < holder.held()) {
      best = holder;
    }
  }

  void remove(PrefixHolder holder) {
    holders.remove(holder);
    if (best == holder) {
      best = holders.stream().max(Comparator.comparingInt(PrefixHolder::held)).orElse(null);
    }
  }

  /** The holder with the most tokens, or null. */
  PrefixHolder best() {
    return best;
  }

  /** The number of tokens of the prefix that the best holder has. */
  int held() {
    return best == null ? 0 : Math.min(best.held(), end());
  }
}
