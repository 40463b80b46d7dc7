package io.lengthwise.generation.trial;

import io.lengthwise.generation.accelerator.Accelerator;
import io.lengthwise.generation.accelerator.StepCost;
import io.lengthwise.model.Vocabulary;
import io.lengthwise.model.decoder.DecodeRow;
import io.lengthwise.model.decoder.Decoded;
import io.lengthwise.model.decoder.Decoder;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.text.AnswerText;
import java.util.Arrays;
import java.util.List;

/**
 * Answers whose lengths were recorded, under simulated time. The first token of a prompt is the
 * length of its answer.
 */
final class RecordedAccelerator implements Accelerator, Vocabulary {

  private static final int END = 0;
  private static final int TOKEN = 1;

  private final StepCost cost;
  private long nanos;

  RecordedAccelerator(StepCost cost) {
    this.cost = cost;
  }

  /** A prompt of {@code promptTokens} tokens whose answer has the given length. */
  static int[] prompt(int promptTokens, int answerLength) {
    int[] prompt = new int[promptTokens];
    prompt[0] = answerLength;
    return prompt;
  }

  private static int remaining(DecodeRow row) {
    return Math.min(row.limit(), row.token(0) - row.generated());
  }

  @Override
  public long bytesPerToken() {
    return 1;
  }

  @Override
  public int blockCells() {
    return Decoder.BLOCK;
  }

  @Override
  public void allocate(int cells) {}

  @Override
  public void prefill(List<PromptPiece> pieces) {
    int tokens = 0;
    for (PromptPiece piece : pieces) {
      tokens += piece.length();
    }
    nanos += cost.prefillNanos(tokens);
  }

  @Override
  public Decoded decode(List<? extends DecodeRow> rows, int steps, boolean untilAll) {
    int taken = untilAll ? 0 : steps;
    for (DecodeRow row : rows) {
      int remaining = Math.min(steps, remaining(row));
      taken = untilAll ? Math.max(taken, remaining) : Math.min(taken, remaining);
    }
    nanos += cost.decodeNanos(taken, rows.size());
    int[][] tokens = new int[rows.size()][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = next(rows.get(i), taken);
    }
    return Decoded.withoutLookup(tokens);
  }

  private static int[] next(DecodeRow row, int steps) {
    int[] tokens = new int[Math.max(0, Math.min(steps, remaining(row)))];
    Arrays.fill(tokens, TOKEN);
    if (tokens.length > 0 && row.generated() + tokens.length == row.token(0)) {
      tokens[tokens.length - 1] = END;
    }
    return tokens;
  }

  @Override
  public void move(Slot from, Slot to, int count) {}

  @Override
  public long millis() {
    return nanos / 1_000_000;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  /** Lets time pass until a moment, unless it has passed already. */
  void waitUntil(double millis) {
    nanos = Math.max(nanos, (long) Math.ceil(1e6 * millis));
  }

  @Override
  public boolean isEndToken(int token) {
    return token == END;
  }

  @Override
  public String text(int[] tokens) {
    return "";
  }

  @Override
  public AnswerText beginAnswer(List<String> stop) {
    throw new IllegalArgumentException("recorded answers have no text that could be stopped in");
  }
}
