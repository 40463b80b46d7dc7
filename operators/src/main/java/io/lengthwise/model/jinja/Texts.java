package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What methods and filters do with a string, the marks kept. */
final class Texts {

  private static final Pattern LINE = Pattern.compile("([^\\n\\r]*+)(?:\\r\\n|\\n|\\r|(?<=.)\\z)");
  private static final Pattern WORD_BREAK = Pattern.compile("[-\\s({\\[<]+");

  private Texts() {}

  /** Without the characters of a set at its ends, white space where the set is null. */
  static MarkedText strip(MarkedText text, String set, boolean left, boolean right) {
    String characters = text.toString();
    int begin = 0;
    int end = characters.length();
    while (left && begin < end && isIn(set, characters.charAt(begin))) {
      begin++;
    }
    while (right && end > begin && isIn(set, characters.charAt(end - 1))) {
      end--;
    }
    return text.slice(begin, end);
  }

  private static boolean isIn(String set, char c) {
    return set == null ? Whitespace.is(c) : set.indexOf(c) >= 0;
  }

  static List<Object> split(MarkedText text, Object separator, long most) {
    if (separator == null) {
      return words(text, most);
    }
    String mark = separator(separator);
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int at = text.toString().indexOf(mark);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.slice(from, at));
      from = at + mark.length();
      at = text.toString().indexOf(mark, from);
    }
    parts.add(text.slice(from, text.length()));
    return parts;
  }

  static List<Object> splitFromRight(MarkedText text, Object separator, long most) {
    String mark = separator(separator);
    List<Object> parts = new ArrayList<>();
    int to = text.length();
    int at = text.toString().lastIndexOf(mark);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.slice(at + mark.length(), to));
      to = at;
      at = at < mark.length() ? -1 : text.toString().lastIndexOf(mark, at - mark.length());
    }
    parts.add(text.slice(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private static String separator(Object separator) {
    if (separator instanceof MarkedText mark && mark.length() > 0) {
      return mark.toString();
    }
    throw JinjaException.of("a string split at " + Values.typeName(separator));
  }

  private static List<Object> words(MarkedText text, long most) {
    List<Object> parts = new ArrayList<>();
    String characters = text.toString();
    int at = 0;
    while (true) {
      while (at < characters.length() && Whitespace.is(characters.charAt(at))) {
        at++;
      }
      if (at == characters.length()) {
        return parts;
      }
      int from = at;
      if (most >= 0 && parts.size() >= most) {
        parts.add(text.slice(from, Whitespace.endOfContent(characters)));
        return parts;
      }
      while (at < characters.length() && !Whitespace.is(characters.charAt(at))) {
        at++;
      }
      parts.add(text.slice(from, at));
    }
  }

  /** The lines, without their breaks and without an empty last one. */
  static List<Object> lines(MarkedText text) {
    List<Object> lines = new ArrayList<>();
    Matcher line = LINE.matcher(text.toString());
    while (line.find()) {
      lines.add(text.slice(line.start(), line.end(1)));
    }
    return lines;
  }

  static MarkedText replace(
      MarkedText text, MarkedText old, MarkedText with, long most, Scope scope) {
    if (old.length() == 0) {
      throw JinjaException.of("'replace' of the empty string");
    }
    long count = occurrences(text.toString(), old.toString(), most);
    scope.charge(text.length() + count * with.length());
    return joined(with, split(text, old, most));
  }

  static int occurrences(String text, String part, long most) {
    if (part.isEmpty()) {
      throw JinjaException.of("a search for the empty string");
    }
    int count = 0;
    for (int at = text.indexOf(part);
        at >= 0 && (most < 0 || count < most);
        at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static MarkedText join(MarkedText separator, List<Object> items, Scope scope) {
    List<Object> texts = new ArrayList<>();
    for (Object item : items) {
      MarkedText text = PythonText.of(item, scope);
      scope.charge(text.length() + (long) separator.length());
      texts.add(text);
    }
    return joined(separator, texts);
  }

  private static MarkedText joined(MarkedText separator, List<Object> texts) {
    MarkedText.Builder out = new MarkedText.Builder();
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        out.append(separator);
      }
      out.append((MarkedText) texts.get(i));
    }
    return out.build();
  }

  static MarkedText upper(MarkedText text) {
    return text.changedTo(text.toString().toUpperCase(Locale.ROOT));
  }

  static MarkedText lower(MarkedText text) {
    return text.changedTo(text.toString().toLowerCase(Locale.ROOT));
  }

  static MarkedText capitalized(MarkedText text) {
    String lower = text.toString().toLowerCase(Locale.ROOT);
    if (lower.isEmpty()) {
      return text;
    }
    int first = lower.offsetByCodePoints(0, 1);
    return text.changedTo(titled(lower.substring(0, first)) + lower.substring(first));
  }

  /** Every run of letters with a large first letter. */
  static MarkedText title(MarkedText text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean[] inWord = {false};
    text.toString()
        .codePoints()
        .forEach(
            c -> {
              String letter = Character.toString(c);
              out.append(inWord[0] ? letter.toLowerCase(Locale.ROOT) : titled(letter));
              inWord[0] = Character.isLetter(c);
            });
    return text.changedTo(out.toString());
  }

  /** The filter of that name: a word is what stands between blanks and opening brackets. */
  static MarkedText titleOfWords(MarkedText text) {
    StringBuilder out = new StringBuilder(text.length());
    Matcher breaks = WORD_BREAK.matcher(text.toString());
    int from = 0;
    while (breaks.find()) {
      out.append(sentence(text.toString().substring(from, breaks.start()))).append(breaks.group());
      from = breaks.end();
    }
    return text.changedTo(out.append(sentence(text.toString().substring(from))).toString());
  }

  private static String sentence(String word) {
    int first = word.isEmpty() ? 0 : word.offsetByCodePoints(0, 1);
    return word.substring(0, first).toUpperCase(Locale.ROOT)
        + word.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String titled(String letter) {
    int title = Character.toTitleCase(letter.codePointAt(0));
    return title == letter.codePointAt(0)
        ? letter.toUpperCase(Locale.ROOT)
        : Character.toString(title);
  }
}
