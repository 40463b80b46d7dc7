package io.lengthwise.request;

/**
 * Text that UTF-8 can hold.
 *
 * <p>JSON's escapes can spell half of a surrogate pair, as clients do that cut text at a fixed
 * number of UTF-16 units. Neither the tokenizer nor a JSON writer accepts it.
 */
public final class WellFormed {

  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  /** The text with every half of a surrogate pair replaced by U+FFFD, and so of the same length. */
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
