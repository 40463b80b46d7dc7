package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.PromptPiece;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The prompt tokens of several rows that are prefilled in one call.
 *
 * <p>The row with the fewest remaining prompt tokens comes first, so that it decodes soon. Half of
 * the tokens are reserved for the row that was admitted first, so that short prompts cannot delay a
 * long one for ever. For example, a prompt of 300 tokens was admitted before three prompts of 20
 * tokens, and the chunk has 100 tokens: the long prompt gets 50, two of the others get 20 each, and
 * the third gets 10.
 *
 * <p>A row is left out if it can copy a part of its prompt from another row after this chunk.
 */
final class PrefillChunk {

  private final PrefixCache prefixes;
  private final Map<Row, PromptPiece> pieces = new LinkedHashMap<>();

  /** The prefixes that this chunk computes. */
  private final Set<PrefixNode> coming = new HashSet<>();

  private int left;

  /**
   * A chunk.
   *
   * @param rows the rows that are not prefilled, in the order of their admission
   * @param budget the most tokens, at least 1
   */
  PrefillChunk(List<Row> rows, int budget, PrefixCache prefixes) {
    this.prefixes = prefixes;
    int ofFirst = rows.isEmpty() ? 0 : Math.min(budget / 2, rows.get(0).tokensToPrefill());
    left = budget - ofFirst;
    for (Row row : rows.stream().sorted(Comparator.comparingInt(Row::tokensToPrefill)).toList()) {
      left += row == rows.get(0) ? ofFirst : 0;
      if (left > 0 && !isComing(row)) {
        take(row);
      }
    }
  }

  private PrefillChunk(PrefillChunk whole, List<Row> rows) {
    prefixes = whole.prefixes;
    rows.forEach(row -> pieces.put(row, whole.pieces.get(row)));
  }

  /** The part of the chunk that belongs to some of its rows. */
  PrefillChunk of(List<Row> rows) {
    return new PrefillChunk(this, rows);
  }

  List<Row> rows() {
    return List.copyOf(pieces.keySet());
  }

  /** Whether the chunk computes a prefix that the row can copy afterwards. */
  private boolean isComing(Row row) {
    return prefixes.prefixesOf(row).stream()
        .filter(coming::contains)
        .anyMatch(node -> node.end() - row.held() >= PrefixCache.FEWEST_TOKENS);
  }

  private void take(Row row) {
    int from = row.held();
    int to = from + Math.min(left, row.tokensToPrefill());
    if (to > from) {
      pieces.put(row, new PromptPiece(row.slot(), row.answer().liveTokens(), from, to));
      coming.addAll(prefixes.prefixesOf(row));
      left -= to - from;
    }
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  List<PromptPiece> pieces() {
    return List.copyOf(pieces.values());
  }

  int tokens() {
    return pieces.values().stream().mapToInt(PromptPiece::length).sum();
  }

  /** Tells the rows that their tokens are prefilled. */
  void done(long now) {
    pieces.forEach(
        (row, piece) -> {
          row.prefilled(piece.to(), now);
          prefixes.advanced(row);
        });
  }
}
