package io.lengthwise.generation;

import io.lengthwise.model.PromptPiece;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of prompts that are prefilled in one call, of some rows that wait for that.
 *
 * <p>What has the least to go is first, so that it decodes soon. Half of the tokens are for the row
 * that was there first, so that short prompts cannot hold up a long one for ever. Of 100 tokens,
 * where a prompt of 300 was there before three of 20, it gets 50, two of the others are done, and
 * the third has 10 to go.
 */
final class PrefillChunk {

  private final Map<Row, PromptPiece> pieces = new LinkedHashMap<>();
  private int left;

  /**
   * A chunk.
   *
   * @param rows in the order of their admission; those that are prefilled take no part
   * @param budget the most tokens, at least 1
   */
  PrefillChunk(List<Row> rows, int budget) {
    List<Row> waiting = rows.stream().filter(row -> !row.isPrefilled()).toList();
    if (waiting.isEmpty()) {
      return;
    }
    Row first = waiting.get(0);
    int ofFirst = Math.min(budget / 2, first.tokensToPrefill());
    left = budget - ofFirst;
    for (Row row :
        waiting.stream().sorted(Comparator.comparingInt(Row::tokensToPrefill)).toList()) {
      left += row == first ? ofFirst : 0;
      take(row);
    }
  }

  private void take(Row row) {
    int count = Math.min(left, row.tokensToPrefill());
    if (count > 0) {
      int from = row.held();
      pieces.put(row, new PromptPiece(row.slot(), row.tokens(), from, from + count));
      left -= count;
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
    pieces.forEach((row, piece) -> row.prefilled(piece.to(), now));
  }
}
