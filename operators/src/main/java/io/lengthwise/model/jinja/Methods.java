package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** The methods that a string and a map have; there are no others. */
final class Methods {

  private Methods() {}

  /** The method of a value, null where it has none of that name. */
  static Callable of(Object value, String name) {
    if (value instanceof MarkedText text) {
      return ofText(text, name);
    } else if (value instanceof Map<?, ?> map) {
      return ofMap(map, name);
    }
    return null;
  }

  private static Callable ofMap(Map<?, ?> map, String name) {
    return switch (name) {
      case "keys" -> (arguments, scope) -> Values.items(map);
      case "values" -> (arguments, scope) -> new ArrayList<Object>(map.values());
      case "items" -> (arguments, scope) -> pairs(map);
      case "get" ->
          (arguments, scope) -> {
            Object key = Values.key(arguments.atMost(2).require(0, "key"));
            return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
          };
      default -> null;
    };
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      pairs.add(new Tuple(Arrays.asList(entry.getKey(), entry.getValue())));
    }
    return pairs;
  }

  private static Callable ofText(MarkedText text, String name) {
    return switch (name) {
      case "strip" -> (arguments, scope) -> Texts.strip(text, set(arguments), true, true);
      case "lstrip" -> (arguments, scope) -> Texts.strip(text, set(arguments), true, false);
      case "rstrip" -> (arguments, scope) -> Texts.strip(text, set(arguments), false, true);
      case "split" ->
          (arguments, scope) -> {
            Object separator = arguments.atMost(2, "sep", "maxsplit").get(0, "sep", null);
            return Texts.split(text, separator, arguments.integer(1, "maxsplit", -1));
          };
      case "rsplit" ->
          (arguments, scope) -> {
            Object separator = arguments.atMost(2, "sep", "maxsplit").require(0, "sep");
            return Texts.splitFromRight(text, separator, arguments.integer(1, "maxsplit", -1));
          };
      case "splitlines" -> (arguments, scope) -> lines(text, arguments);
      case "startswith" -> (arguments, scope) -> matches(arguments, text.toString()::startsWith);
      case "endswith" -> (arguments, scope) -> matches(arguments, text.toString()::endsWith);
      case "removeprefix" ->
          (arguments, scope) -> {
            String prefix = arguments.atMost(1).text(0, "prefix").toString();
            boolean begins = text.toString().startsWith(prefix);
            return begins ? text.slice(prefix.length(), text.length()) : text;
          };
      case "removesuffix" ->
          (arguments, scope) -> {
            String suffix = arguments.atMost(1).text(0, "suffix").toString();
            boolean ends = text.toString().endsWith(suffix);
            return ends ? text.slice(0, text.length() - suffix.length()) : text;
          };
      case "replace" ->
          (arguments, scope) ->
              Texts.replace(
                  text,
                  arguments.atMost(3, "count").text(0, "old"),
                  arguments.text(1, "new"),
                  arguments.integer(2, "count", -1),
                  scope);
      case "join" ->
          (arguments, scope) -> {
            arguments.atMost(1).require(0, "items");
            return Texts.join(text, Values.items(arguments.get(0, "items", null)), scope);
          };
      case "find" -> (arguments, scope) -> index(text, arguments, false);
      case "rfind" -> (arguments, scope) -> index(text, arguments, true);
      case "count" ->
          (arguments, scope) ->
              (long)
                  Texts.occurrences(
                      text.toString(), arguments.atMost(1).text(0, "sub").toString(), -1);
      case "upper" -> (arguments, scope) -> Texts.upper(text);
      case "lower" -> (arguments, scope) -> Texts.lower(text);
      case "title" -> (arguments, scope) -> Texts.title(text);
      case "capitalize" -> (arguments, scope) -> Texts.capitalized(text);
      case "isdigit" -> (arguments, scope) -> every(text, Character::isDigit);
      case "isalpha" -> (arguments, scope) -> every(text, Character::isLetter);
      case "isalnum" -> (arguments, scope) -> every(text, Character::isLetterOrDigit);
      case "isspace" -> (arguments, scope) -> Whitespace.isBlank(text.toString(), 0);
      case "isupper" ->
          (arguments, scope) -> {
            String upper = text.toString().toUpperCase(Locale.ROOT);
            return upper.equals(text.toString())
                && !upper.equals(text.toString().toLowerCase(Locale.ROOT));
          };
      default -> null;
    };
  }

  private static List<Object> lines(MarkedText text, Arguments arguments) {
    arguments.atMost(0);
    return Texts.lines(text);
  }

  private static String set(Arguments arguments) {
    Object characters = arguments.atMost(1, "chars").get(0, "chars", null);
    return characters == null ? null : arguments.text(0, "chars").toString();
  }

  private static boolean every(MarkedText text, IntPredicate predicate) {
    return text.length() > 0 && text.toString().codePoints().allMatch(predicate);
  }

  private static boolean matches(Arguments arguments, Predicate<String> predicate) {
    Object affix = arguments.atMost(1).require(0, "affix");
    if (affix instanceof List<?> several) {
      return several.stream().anyMatch(one -> predicate.test(one.toString()));
    }
    return predicate.test(arguments.text(0, "affix").toString());
  }

  private static long index(MarkedText text, Arguments arguments, boolean last) {
    String part = arguments.atMost(1).text(0, "sub").toString();
    int index = last ? text.toString().lastIndexOf(part) : text.toString().indexOf(part);
    return index < 0 ? -1 : text.toString().codePointCount(0, index);
  }
}
