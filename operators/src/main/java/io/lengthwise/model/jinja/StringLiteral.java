package io.lengthwise.model.jinja;

/** The value of a string literal: Python's escapes. */
final class StringLiteral {

  private StringLiteral() {}

  static String value(String inside) {
    if (inside.indexOf('\\') < 0) {
      return inside;
    }
    StringBuilder value = new StringBuilder(inside.length());
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      if (c != '\\' || i + 1 == inside.length()) {
        value.append(c);
        continue;
      }
      char escaped = inside.charAt(++i);
      int plain = "ntrabfv0\\'\"".indexOf(escaped);
      if (plain >= 0) {
        value.append("\n\t\r\u0007\b\f\u000b\0\\'\"".charAt(plain));
      } else if (escaped == 'x' || escaped == 'u' || escaped == 'U') {
        int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
        value.appendCodePoint(codePoint(inside, i + 1, digits));
        i += digits;
      } else if (escaped != '\n') {
        value.append('\\').append(escaped);
      }
    }
    return value.toString();
  }

  private static int codePoint(String inside, int from, int digits) {
    try {
      int value = Integer.parseInt(inside.substring(from, from + digits), 16);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // Reported below: to the reader of the message both are the same.
    }
    throw JinjaException.of("a string with a broken \\x or \\u escape");
  }
}
