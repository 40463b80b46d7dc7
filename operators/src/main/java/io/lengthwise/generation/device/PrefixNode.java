package io.lengthwise.generation.device;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A beginning of prompts in the {@link PrefixTree}: that of its parent, and some tokens of its own.
 * Where prompts go on from it in several ways, each is a child.
 */
final class PrefixNode {

  private final Map<Integer, PrefixNode> children = new HashMap<>();
  private PrefixNode parent;
  private int start;
  private int[] tokens;

  private int prompts;
  private final Set<PrefixHolder> holders = new LinkedHashSet<>();
  private PrefixHolder best;

  /** A beginning without tokens, which all prompts have. */
  PrefixNode() {
    tokens = new int[0];
  }

  private PrefixNode(PrefixNode parent, int[] tokens) {
    this.parent = parent;
    this.start = parent.end();
    this.tokens = tokens;
    parent.children.put(tokens[0], this);
  }

  /** Takes a child with the tokens that a prompt has behind this beginning, up to a count. */
  PrefixNode add(int[] prompt, int count) {
    return new PrefixNode(this, Arrays.copyOfRange(prompt, end(), count));
  }

  /** The child that goes on with a token, or null. */
  PrefixNode child(int token) {
    return children.get(token);
  }

  /** How many of its own tokens are the same as those of a prompt in their place. */
  int match(int[] prompt, int count) {
    int mismatch = Arrays.mismatch(tokens, 0, tokens.length, prompt, start, count);
    return mismatch < 0 ? tokens.length : mismatch;
  }

  /**
   * Puts a node with its first tokens between its parent and itself, which keeps the others. Both
   * are of the same prompts.
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

  /** Leaves its parent. */
  void remove() {
    parent.children.remove(tokens[0]);
  }

  /** Null for the beginning without tokens. */
  PrefixNode parent() {
    return parent;
  }

  /** The tokens of the beginning. */
  int end() {
    return start + tokens.length;
  }

  /** Tokens of its own. */
  int length() {
    return tokens.length;
  }

  /** Whether nothing in the cache begins so, and no longer beginning does. */
  boolean isForgettable() {
    return children.isEmpty() && holders.isEmpty();
  }

  /** Counts a prompt that begins so. */
  void count() {
    prompts++;
  }

  /** Whether several prompts began so. */
  boolean isShared() {
    return prompts > 1;
  }

  /** Takes what begins so, whatever part of that it holds by now. */
  void add(PrefixHolder holder) {
    holders.add(holder);
    advanced(holder);
  }

  /** Tells that one of its holders holds more tokens than before. */
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

  /** How many tokens of the beginning that one holds. */
  int held() {
    return best == null ? 0 : Math.min(best.held(), end());
  }
}
