package io.lengthwise.request;

/**
 * Replaces what UTF-8 cannot encode in a text.
 *
 * <p>JSON escapes can encode half of a surrogate pair. Clients send it if they cut text at a fixed
 * number of UTF-16 units. Neither the tokenizer nor a JSON writer accepts it.
 */
public final class WellFormed {

  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  /** Returns the text with U+FFFD for each half of a surrogate pair. The length is the same. */
  public static String text(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> isHalf(point) ? REPLACEMENT : point)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  /** Whether the text has no half of a surrogate pair. */
  public static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(WellFormed::isHalf);
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }
}
