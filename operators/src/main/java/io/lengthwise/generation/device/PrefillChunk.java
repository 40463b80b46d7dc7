package io.lengthwise.generation.device;

import io.lengthwise.model.decoder.PromptPiece;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens of prompts that are prefilled in one call, of some rows that wait for that.
 *
 * <p>What has the least to go is first, so that it decodes soon. Half of the tokens are for the row
 * that was there first, so that short prompts cannot hold up a long one for ever. Of 100 tokens,
 * where a prompt of 300 was there before three of 20, it gets 50, two of the others are done, and
 * the third has 10 to go.
 *
 * <p>A row that can copy a part of its prompt from another one when the chunk is done takes no
 * part.
 */
final class PrefillChunk {

  private final PrefixCache prefixes;
  private final Map<Row, PromptPiece> pieces = new LinkedHashMap<>();

  /** The beginnings of prompts that it computes. */
  private final Set<PrefixNode> coming = new HashSet<>();

  private int left;

  /**
   * A chunk.
   *
   * @param rows that are not prefilled, in the order of their admission
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

  /** The part of some of its rows. */
  PrefillChunk of(List<Row> rows) {
    return new PrefillChunk(this, rows);
  }

  List<Row> rows() {
    return List.copyOf(pieces.keySet());
  }

  /** Whether it computes what the row can copy then. */
  private boolean isComing(Row row) {
    return prefixes.beginnings(row).stream()
        .filter(coming::contains)
        .anyMatch(node -> node.end() - row.held() >= PrefixCache.FEWEST_TOKENS);
  }

  private void take(Row row) {
    int from = row.held();
    int to = from + Math.min(left, row.tokensToPrefill());
    if (to > from) {
      pieces.put(row, new PromptPiece(row.slot(), row.answer().liveTokens(), from, to));
      coming.addAll(prefixes.beginnings(row));
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

  /** Tells its rows that they are prefilled so far. */
  void done(long now) {
    pieces.forEach(
        (row, piece) -> {
          row.prefilled(piece.to(), now);
          prefixes.advanced(row);
        });
  }
}
