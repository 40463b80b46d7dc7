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
 * The prefixes of recent prompts, and the slots that hold them.
 *
 * <p>Prompts are compared token by token. Two prompts part where they differ, so their common
 * prefix ends with a node, and its tokens are stored once. Beyond a number of tokens, the tree
 * forgets the least recently used prefixes, but no prefix that is in the cache.
 */
final class PrefixTree {

  private final int mostTokens;
  private final PrefixNode root = new PrefixNode();
  private final Map<Row, PrefixNode> ends = new HashMap<>();

  /** The nodes by use, the least recently used one first, and each node before its parent. */
  private final Set<PrefixNode> byUse = new LinkedHashSet<>();

  private int tokens;

  PrefixTree(int mostTokens) {
    this.mostTokens = mostTokens;
  }

  /** Adds a row that was admitted. */
  void add(Row row) {
    PrefixNode end = insert(row.answer().liveTokens(), row.answer().promptLength() - 1);
    ends.put(row, end);
    add(row, end);
    // The prompt of a question begins like the prompt of its request.
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

  /** Removes a row. */
  void remove(Row row) {
    PrefixNode end = ends.getOrDefault(row, root);
    ends.remove(row);
    remove(row, end);
    use(end);
  }

  /** Adds a holder of a prefix. */
  void add(PrefixHolder holder, PrefixNode end) {
    path(end).forEach(node -> node.add(holder));
  }

  /** Removes a holder of a prefix. */
  void remove(PrefixHolder holder, PrefixNode end) {
    path(end).forEach(node -> node.remove(holder));
  }

  /** A row holds more tokens than before. */
  void advanced(Row row) {
    path(row).forEach(node -> node.advanced(row));
  }

  /**
   * The prefixes of a row's prompt, the shortest first. Empty for a row that the tree does not
   * have.
   */
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
