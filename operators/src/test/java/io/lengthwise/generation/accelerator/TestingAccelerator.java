package io.lengthwise.generation.accelerator;

import ai.djl.engine.EngineException;
import io.lengthwise.model.Vocabulary;
import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.text.AnswerText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A device without a model. The first token of a prompt is the length of its answer. The tokens of
 * an answer count up to its end, which is the token {@link #END}.
 */
public final class TestingAccelerator implements Accelerator {

  public static final int END = 1_000_000;

  public static final Vocabulary VOCABULARY =
      new Vocabulary() {
        @Override
        public boolean isEndToken(int token) {
          return token == END;
        }

        @Override
        public String text(int[] tokens) {
          return tokens.length + " tokens";
        }

        @Override
        public AnswerText beginAnswer(List<String> stop) {
          throw new UnsupportedOperationException();
        }
      };

  /** The rows and steps of every decode call. */
  public final List<String> decoded = new ArrayList<>();

  /** The number of prefilled tokens. */
  public int prefilled;

  /** First tokens of the prompts that cannot be prefilled, or not decoded beyond some tokens. */
  public final Set<Integer> unfitToPrefill = new HashSet<>();

  public final Map<Integer, Integer> unfitToDecode = new HashMap<>();

  /** The number of calls that fail before one succeeds. */
  public int failures;

  /** Whether every call fails. */
  public boolean broken;

  long time = 1;

  @Override
  public long bytesPerToken() {
    return 1;
  }

  @Override
  public int blockCells() {
    return 1;
  }

  @Override
  public void allocate(int cells) {
    // This device has no key-value cache.
  }

  @Override
  public void prefill(List<PromptPiece> pieces) {
    for (PromptPiece piece : pieces) {
      if (piece.to() > piece.slot().size()) {
        throw new IllegalArgumentException(piece + " does not fit its slot");
      }
      check(!unfitToPrefill.contains(piece.tokens()[0]));
      prefilled += piece.length();
    }
  }

  @Override
  public Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    List<Integer> counts =
        rows.stream().map(row -> Math.min(steps, Math.min(row.limit(), left(row)))).toList();
    int taken =
        untilAll
            ? Collections.max(counts)
            : Collections.min(counts.stream().filter(count -> count > 0).toList());
    for (DecodeRow row : rows) {
      Integer limit = unfitToDecode.get(row.token(0));
      check(limit == null || row.generated() + taken <= limit);
    }
    decoded.add(rows.size() + " rows, " + taken + " steps");
    time += taken;
    int[][] tokens = new int[rows.size()][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = next(rows.get(i), Math.min(taken, counts.get(i)));
    }
    return Decoded.withoutLookup(tokens);
  }

  private void check(boolean fit) {
    if (broken || !fit || failures-- > 0) {
      throw new EngineException("Where it was\nRuntimeError: unfit");
    }
  }

  private static int left(DecodeRow row) {
    return row.token(0) - row.generated();
  }

  private static int[] next(DecodeRow row, int count) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      int number = row.generated() + i + 1;
      tokens[i] = number == row.token(0) ? END : number;
    }
    return tokens;
  }

  @Override
  public void move(Slot from, Slot to, int count) {
    // This device has no key-value cache.
  }

  @Override
  public long millis() {
    return time;
  }

  @Override
  public long nanos() {
    return time * 1_000_000;
  }
}
