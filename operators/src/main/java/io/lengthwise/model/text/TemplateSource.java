package io.lengthwise.model.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites the template of a Hugging Face model, so that jinjava renders it as Jinja does.
 *
 * <p>White space is removed here, as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}.
 * A block or comment removes the blanks before it on its line and the line break after it. A {@code
 * -} removes all white space on its side, a {@code +} none. Jinjava's own options with these names
 * remove more. Removed line breaks are moved into comments, so that line numbers stay right.
 *
 * <p>Expressions are rewritten too. {@code [::-1]} becomes a filter, because jinjava has no steps.
 * {@code not a == b} and {@code f(x=a - 1)} get brackets around the operands of {@code not} and
 * {@code =}, because jinjava binds them more tightly. Unsupported filters and tests, which jinjava
 * ignores, become errors. Printed values go through a filter that refuses values that would be
 * printed differently. This filter and named arguments use a list with one element in place of
 * round brackets, because round brackets around a literal dict make it a tuple.
 */
final class TemplateSource {

  private static final Pattern OPENING = Pattern.compile("\\{[{%#][-+]?");
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*[-+]?%}");
  private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%}");

  /**
   * The parts of an expression that a scan considers. Literals come first, because they hide their
   * content.
   */
  private static final Pattern PART =
      Pattern.compile(
          "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\""
              + "|\\[\\s*::\\s*-1\\s*]|[=!<>]=|[=,()\\[\\]{}]"
              + "|(?<![\\w.])(?:is\\s+(?:not\\s+)?(\\w+)|not\\s+in|not|and|or|if|else)(?!\\w)"
              + "|\\|\\s*(\\w+)",
          Pattern.DOTALL);

  /**
   * Jinjava looks ahead for the end of each bracket, which takes at least quadratic time in the
   * depth.
   */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_LENGTH = 20_000;

  private static final Set<String> BOUNDARIES = Set.of("and", "or", "if", "else");

  private final String source;
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> blocks = new ArrayDeque<>();
  private boolean trimNext;
  private boolean skipNewline;

  private TemplateSource(String source) {
    this.source = source;
  }

  static String forJinjava(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    return new TemplateSource(
            source.endsWith("\n") ? source.substring(0, source.length() - 1) : source)
        .rewrite();
  }

  private String rewrite() {
    Matcher opening = OPENING.matcher(source);
    int at = 0;
    while (opening.find(at)) {
      int end = end(opening.start());
      String token = source.substring(opening.start(), end);
      text(source.substring(at, opening.start()), opening.group());
      at = end;
      if (RAW.matcher(token).matches()) {
        Matcher endRaw = END_RAW.matcher(source);
        if (!endRaw.find(at)) {
          throw TemplateException.of("{% raw %} has no {% endraw %}", null);
        }
        closed(token);
        out.append("{% raw %}");
        text(source.substring(at, endRaw.start()), opening(endRaw.group()));
        out.append("{% endraw %}");
        closed(endRaw.group());
        at = endRaw.end();
      } else {
        token(token);
        closed(token);
      }
    }
    text(source.substring(at), "");
    return out.toString();
  }

  private static String opening(String token) {
    return token.substring(0, token.charAt(2) == '-' || token.charAt(2) == '+' ? 3 : 2);
  }

  /** The index after the token that begins at {@code begin}. */
  private int end(int begin) {
    char kind = source.charAt(begin + 1);
    String closing = kind == '{' ? "}}" : kind + "}";
    char quote = 0;
    int braces = 0;
    for (int i = begin + 2; i < source.length(); i++) {
      char c = source.charAt(i);
      if (kind != '#' && quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (braces == 0 && source.startsWith(closing, i)) {
        return i + 2;
      } else if (kind != '#' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (kind == '{' && c == '{') {
        braces++;
      } else if (kind == '{' && c == '}') {
        braces--;
      }
    }
    long line = source.substring(0, begin).lines().count();
    throw TemplateException.of(
        "line %d: '%s' has no '%s'".formatted(line, source.substring(begin, begin + 2), closing),
        null);
  }

  private void text(String text, String nextOpening) {
    int from = 0;
    int to = text.length();
    if (trimNext) {
      while (from < to && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
    } else if (skipNewline && text.startsWith("\n")) {
      from = 1;
    }
    if (nextOpening.endsWith("-")) {
      while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
        to--;
      }
    } else if (nextOpening.equals("{%") || nextOpening.equals("{#")) {
      int blank = to;
      while (blank > from && (text.charAt(blank - 1) == ' ' || text.charAt(blank - 1) == '\t')) {
        blank--;
      }
      boolean lineBegins = blank > 0 ? text.charAt(blank - 1) == '\n' : out.isEmpty() && !trimNext;
      to = lineBegins ? blank : to;
    }
    lines(text.substring(0, from));
    out.append(text, from, to);
    lines(text.substring(to));
  }

  private void token(String token) {
    if (token.startsWith("{#")) {
      lines(token);
      return;
    }
    int from = opening(token).length();
    int to = token.length() - 2;
    char last = token.charAt(to - 1);
    boolean trims = last == '-' || last == '+' && token.startsWith("{%");
    if (to > from && trims) {
      to--;
    }
    String code = token.substring(from, to).strip();
    if (token.startsWith("{{")) {
      out.append("{{ [").append(expression(code)).append("]|printed }}");
    } else {
      nest(code);
      out.append("{% ").append(code.startsWith("macro") ? code : expression(code)).append(" %}");
      if (code.startsWith("for")) {
        // The body contains something, so that the limit on nodes counts each pass.
        out.append("{{ '' }}");
      }
    }
  }

  private static String expression(String code) {
    StringBuilder out = new StringBuilder();
    Deque<int[]> outer = new ArrayDeque<>();
    int nots = 0;
    int arguments = 0;
    Matcher part = PART.matcher(code);
    while (part.find()) {
      String found = part.group();
      String instead = found;
      if (found.startsWith("[") && found.endsWith("]")) {
        instead = "|reverse";
      } else if (part.group(1) != null && !TemplateLanguage.TESTS.contains(part.group(1))) {
        instead = "|unsupported('is " + part.group(1) + "')";
      } else if (part.group(2) != null && !TemplateLanguage.FILTERS.contains(part.group(2))) {
        instead = "|unsupported('|" + part.group(2) + "')";
      } else if (found.equals("not")) {
        instead = "not (";
        nots++;
      } else if (found.equals("=") && !outer.isEmpty()) {
        instead = "=[";
        arguments++;
      } else if (found.equals("if") && outer.isEmpty() && code.startsWith("for")) {
        part.appendReplacement(out, "|unsupported('for ... if')");
        return out.toString();
      } else if (BOUNDARIES.contains(found)) {
        instead = ")".repeat(nots) + found;
        nots = 0;
      } else if (found.length() == 1 && ",)]}([{".contains(found)) {
        boolean opens = "([{".contains(found);
        instead = opens ? found : ")".repeat(nots) + "]|first".repeat(arguments) + found;
        if (outer.size() > MAX_DEPTH || code.length() > MAX_LENGTH) {
          throw TemplateException.of("an expression in it is too long or nested too deeply", null);
        }
        if (opens) {
          outer.push(new int[] {nots, arguments});
        }
        int[] here = found.equals(",") || opens || outer.isEmpty() ? new int[2] : outer.pop();
        nots = here[0];
        arguments = here[1];
      }
      part.appendReplacement(out, Matcher.quoteReplacement(instead));
    }
    return part.appendTail(out).append(")".repeat(nots)).toString();
  }

  /**
   * Refuses unknown tags, and an {@code else} of a loop, which jinjava renders after every loop.
   */
  private void nest(String code) {
    String tag = code.split("\\W", 2)[0];
    boolean ends = tag.startsWith("end");
    if (!TemplateLanguage.TAGS.contains(ends ? tag.substring(3) : tag)) {
      throw unsupported("{%% %s %%}".formatted(tag));
    }
    if (tag.equals("if") || tag.equals("for")) {
      blocks.push(tag);
    } else if ((tag.equals("endif") || tag.equals("endfor")) && !blocks.isEmpty()) {
      blocks.pop();
    } else if (tag.equals("else") && "for".equals(blocks.peek())) {
      throw unsupported("{% else %}' of a '{% for %}");
    }
  }

  private TemplateException unsupported(String construct) {
    long line = 1 + out.chars().filter(c -> c == '\n').count();
    return TemplateException.of("line %d: '%s' is not supported".formatted(line, construct), null);
  }

  private void closed(String token) {
    char last = token.charAt(token.length() - 3);
    trimNext = last == '-';
    skipNewline = last != '+' && !token.startsWith("{{");
  }

  private void lines(String dropped) {
    long count = dropped.chars().filter(c -> c == '\n').count();
    if (count > 0) {
      out.append("{#").append("\n".repeat((int) count)).append("#}");
    }
  }
}
