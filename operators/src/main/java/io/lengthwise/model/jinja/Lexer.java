package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} as Hugging Face
 * sets them: the line break after a block or comment goes, and so do the blanks before one that
 * begins its line; {@code -} strips all white space on its side, {@code +} keeps it.
 */
final class Lexer {

  private static final Pattern OPENING = Pattern.compile("\\{[%{#]");
  private static final Pattern RAW =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern END_RAW =
      Pattern.compile(
          "\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern INSIDE =
      Pattern.compile(
          "(?<space>\\s+)"
              + "|(?<float>\\d+(?:_\\d+)*(?:\\.\\d+(?:_\\d+)*(?:[eE][-+]?\\d+)?|[eE][-+]?\\d+))"
              + "|(?<integer>\\d+(?:_\\d+)*)"
              + "|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)"
              + "|(?<operator>\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=.,:|()\\[\\]{}])");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    try {
      lexer.run();
    } catch (JinjaException e) {
      throw e.at(lexer.line);
    }
    return lexer.tokens;
  }

  private void run() {
    Matcher opening = OPENING.matcher(source);
    while (opening.find(position)) {
      int begin = opening.start();
      char kind = source.charAt(begin + 1);
      Matcher raw = RAW.matcher(source).region(begin, source.length());
      text(begin, kind != '{');
      if (raw.lookingAt()) {
        raw(raw.end());
      } else if (kind == '#') {
        comment();
      } else {
        inside(kind == '%');
      }
    }
    add(Kind.TEXT, source.substring(position));
    add(Kind.END, "");
  }

  /** The text up to a tag, stripped as the tag's sign and the tag's kind ask. */
  private void text(int end, boolean stripsBlanks) {
    String text = source.substring(position, end);
    char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
    add(Kind.TEXT, stripped(text, sign, stripsBlanks));
    advance(end);
  }

  private String stripped(String text, char sign, boolean stripsBlanks) {
    if (sign == '-') {
      return text.substring(0, Whitespace.endOfContent(text));
    }
    int lineBegin = text.lastIndexOf('\n') + 1;
    if (sign != '+' && stripsBlanks && (lineBegin > 0 || lineStarts)) {
      return Whitespace.isBlank(text, lineBegin) ? text.substring(0, lineBegin) : text;
    }
    return text;
  }

  private void raw(int contentBegin) {
    advance(contentBegin);
    Matcher end = END_RAW.matcher(source);
    if (!end.find(position)) {
      throw JinjaException.of("'{% raw %}' without '{% endraw %}'");
    }
    text(end.start(), true);
    advance(end.end());
  }

  private void comment() {
    int close = source.indexOf("#}", position + 2);
    if (close < 0) {
      throw JinjaException.of("a comment that does not end");
    }
    closeTag(close, true);
  }

  private void inside(boolean block) {
    String close = block ? "%}" : "}}";
    add(block ? Kind.BLOCK_BEGIN : Kind.PRINT_BEGIN, block ? "{%" : "{{");
    int begin = position + 2;
    boolean signed = begin < source.length() && "-+".indexOf(source.charAt(begin)) >= 0;
    advance(signed ? begin + 1 : begin);
    int depth = 0;
    Matcher matcher = INSIDE.matcher(source);
    while (true) {
      int end = position;
      if (end < source.length() && "-+".indexOf(source.charAt(end)) >= 0) {
        end++;
      }
      if (depth == 0 && source.startsWith(close, end)) {
        add(block ? Kind.BLOCK_END : Kind.PRINT_END, close);
        closeTag(end, block);
        return;
      }
      if (position < source.length() && "'\"".indexOf(source.charAt(position)) >= 0) {
        string(source.charAt(position));
        continue;
      }
      matcher.region(position, source.length());
      if (!matcher.lookingAt()) {
        throw JinjaException.of(
            position < source.length()
                ? "unexpected character '" + source.charAt(position) + "'"
                : "a tag that does not end");
      }
      depth += depthChange(matcher.group());
      token(matcher);
      advance(matcher.end());
    }
  }

  private static int depthChange(String operator) {
    return switch (operator) {
      case "(", "[", "{" -> 1;
      case ")", "]", "}" -> -1;
      default -> 0;
    };
  }

  private void token(Matcher matcher) {
    if (matcher.group("space") != null) {
      return;
    }
    String text = matcher.group();
    if (matcher.group("integer") != null) {
      add(Kind.INTEGER, text.replace("_", ""));
    } else if (matcher.group("float") != null) {
      add(Kind.FLOAT, text.replace("_", ""));
    } else {
      add(matcher.group("name") != null ? Kind.NAME : Kind.OPERATOR, text);
    }
  }

  private void string(char quote) {
    int end = position + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw JinjaException.of("a string that does not end");
    }
    add(Kind.STRING, StringLiteral.value(source.substring(position + 1, end)));
    advance(end + 1);
  }

  /** Passes a tag's end and what its sign, or the trimming of blocks, takes with it. */
  private void closeTag(int close, boolean trimsBreak) {
    char sign = source.charAt(close - 1);
    int next = close + 2;
    if (sign == '-') {
      while (next < source.length() && Whitespace.is(source.charAt(next))) {
        next++;
      }
    } else if (sign != '+' && trimsBreak && source.startsWith("\n", next)) {
      next++;
    }
    advance(next);
  }

  private void add(Kind kind, String text) {
    if (kind != Kind.TEXT || !text.isEmpty()) {
      tokens.add(new Token(kind, text, line));
    }
  }

  private void advance(int to) {
    for (int i = position; i < to; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    lineStarts = to > 0 && source.charAt(to - 1) == '\n' || to == 0;
    position = to;
  }
}
