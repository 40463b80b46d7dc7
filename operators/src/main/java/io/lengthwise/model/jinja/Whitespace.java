package io.lengthwise.model.jinja;

/** White space as Python's strings see it, which differs from Java's in the no-break spaces. */
final class Whitespace {

  private Whitespace() {}

  static boolean is(char c) {
    return c == '\u00a0'
        || c == '\u0085'
        || c == '\u2007'
        || c == '\u202f'
        || Character.isWhitespace(c);
  }

  /** The index after the last character that is not white space. */
  static int endOfContent(String text) {
    int end = text.length();
    while (end > 0 && is(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** Whether there is something from an index on, and all of it is white space. */
  static boolean isBlank(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!is(text.charAt(i))) {
        return false;
      }
    }
    return from < text.length();
  }
}
