package io.lengthwise.generation.device;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The beginnings of recent prompts, and what holds them in the cache.
 *
 * <p>Prompts are compared token by token, and part where they differ, so what two of them have in
 * common ends with a node. Tokens in common are there once. Beyond a number of tokens it forgets
 * what was used least recently, but nothing that is in the cache.
 */
final class PrefixTree {

  private final int mostTokens;
  private final PrefixNode root = new PrefixNode();
  private final Map<Row, PrefixNode> ends = new HashMap<>();

  /** The least recently used first, each before its parent. */
  private final Set<PrefixNode> byUse = new LinkedHashSet<>();

  private int tokens;

  PrefixTree(int mostTokens) {
    this.mostTokens = mostTokens;
  }

  /** Takes a row that got a slot. */
  void add(Row row) {
    PrefixNode end = insert(row.answer().liveTokens(), row.answer().promptLength() - 1);
    ends.put(row, end);
    add(row, end);
    // A question begins like the prompt that it is about.
    if (row.stay().isFirst() && !row.isQuestion()) {
      path(end).forEach(PrefixNode::count);
    }
    use(end);
    forget();
  }

  private PrefixNode insert(int[] prompt, int count) {
    PrefixNode node = root;
    while (node.end() < count) {
      PrefixNode child = node.child(prompt[node.end()]);
      if (child == null) {
        child = node.add(prompt, count);
        tokens += child.length();
      } else {
        int match = child.match(prompt, count);
        child = match < child.length() ? child.split(match) : child;
      }
      node = child;
    }
    return node;
  }

  private void use(PrefixNode end) {
    for (PrefixNode node = end; node != root; node = node.parent()) {
      byUse.remove(node);
      byUse.add(node);
    }
  }

  private void forget() {
    Iterator<PrefixNode> oldest = byUse.iterator();
    while (tokens > mostTokens && oldest.hasNext()) {
      PrefixNode node = oldest.next();
      if (node.isForgettable()) {
        node.remove();
        oldest.remove();
        tokens -= node.length();
      }
    }
  }

  /** Lets a row go. */
  void remove(Row row) {
    PrefixNode end = ends.getOrDefault(row, root);
    ends.remove(row);
    remove(row, end);
    use(end);
  }

  /** Takes what holds a beginning. */
  void add(PrefixHolder holder, PrefixNode end) {
    path(end).forEach(node -> node.add(holder));
  }

  /** Lets go what holds a beginning. */
  void remove(PrefixHolder holder, PrefixNode end) {
    path(end).forEach(node -> node.remove(holder));
  }

  /** Tells that a row holds more tokens than before. */
  void advanced(Row row) {
    path(row).forEach(node -> node.advanced(row));
  }

  /** The beginnings of a row's prompt, the shortest first; none of a row that it does not have. */
  Collection<PrefixNode> path(Row row) {
    return path(ends.getOrDefault(row, root));
  }

  private Collection<PrefixNode> path(PrefixNode end) {
    Deque<PrefixNode> path = new ArrayDeque<>();
    for (PrefixNode node = end; node != root; node = node.parent()) {
      path.addFirst(node);
    }
    return path;
  }
}
