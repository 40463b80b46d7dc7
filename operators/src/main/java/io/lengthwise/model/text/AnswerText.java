package io.lengthwise.model.text;

import java.util.Arrays;
import java.util.List;

/**
 * The text of an answer while it is generated, with the search for stop strings.
 *
 * <p>A token may end within a character, and its text may depend on the token before it. So the
 * text of a token is computed as a difference: a few earlier tokens are decoded with and without
 * it. If the result ends in a broken character, it is held back until the next token. The work for
 * a token does not depend on the length of the answer. Without stop strings, nothing is decoded
 * before the end.
 *
 * <p>Not thread-safe.
 */
public final class AnswerText {

  private static final char BROKEN = '\ufffd';

  /** A character has at most four tokens; more that are broken never become whole. */
  private static final int MOST_HELD_BACK = 8;

  private final Tokenizer tokenizer;
  private final List<String> stops;
  private final int longestStop;
  private final StringBuilder text = new StringBuilder();
  private int[] tokens = new int[64];
  private int count;
  private int contextBegin;
  private int read;
  private int stoppedAt = -1;

  /**
   * Creates an empty answer.
   *
   * @param stops strings that end it; empty ones end nothing
   */
  public AnswerText(Tokenizer tokenizer, List<String> stops) {
    this.tokenizer = tokenizer;
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    this.longestStop = this.stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Adds the next token.
   *
   * @return whether a stop string is complete, with this token or an earlier one; tokens after it
   *     are not taken
   */
  public boolean append(int token) {
    if (stoppedAt >= 0) {
      return true;
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
    return !stops.isEmpty() && decodeAndSearch();
  }

  private boolean decodeAndSearch() {
    String before = tokenizer.decode(tokens, contextBegin, read);
    String after = tokenizer.decode(tokens, contextBegin, count);
    boolean broken = !after.isEmpty() && after.charAt(after.length() - 1) == BROKEN;
    boolean nothingNew = after.length() <= before.length();
    if ((broken || nothingNew) && count - read < MOST_HELD_BACK) {
      return false;
    }
    int searchFrom = Math.max(0, text.length() - longestStop + 1);
    text.append(after, Math.min(before.length(), after.length()), after.length());
    contextBegin = read;
    read = count;
    return search(searchFrom);
  }

  private boolean search(int from) {
    int earliest = -1;
    for (String stop : stops) {
      int at = text.indexOf(stop, from);
      if (at >= 0 && (earliest < 0 || at < earliest)) {
        earliest = at;
      }
    }
    if (earliest < 0) {
      return false;
    }
    text.setLength(earliest);
    stoppedAt = count;
    return true;
  }

  /** The number of tokens with which the stop string was complete, -1 without a stop string. */
  public int stoppedAt() {
    return stoppedAt;
  }

  /** The answer so far: up to the stop string, or the text of all tokens. */
  public String text() {
    return stoppedAt >= 0 ? text.toString() : tokenizer.decode(tokens, 0, count);
  }
}
