package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What may stand behind {@code |}. */
final class Filters {

  /** Makes a value of a value. */
  @FunctionalInterface
  interface Filter {
    Object apply(Object value, Arguments arguments, Scope scope);
  }

  private static final int MAX_INDENT = 1000;
  private static final Map<String, Filter> ALL = new HashMap<>();

  static {
    ALL.put("trim", Filters::trim);
    text("upper", Texts::upper);
    text("lower", Texts::lower);
    text("title", Texts::titleOfWords);
    text("capitalize", Texts::capitalized);
    text("string", text -> text);
    text("safe", text -> text);
    ALL.put("length", (value, with, scope) -> Values.length(value));
    ALL.put("count", (value, with, scope) -> Values.length(value));
    ALL.put("list", (value, with, scope) -> Values.items(value));
    ALL.put("first", (value, with, scope) -> at(Values.items(value), true));
    ALL.put("last", (value, with, scope) -> at(Values.items(value), false));
    ALL.put("int", (value, with, scope) -> integer(value, with));
    ALL.put("float", (value, with, scope) -> real(value, with));
    ALL.put("abs", (value, with, scope) -> absolute(value));
    ALL.put("default", (value, with, scope) -> orDefault(value, with));
    ALL.put("d", (value, with, scope) -> orDefault(value, with));
    ALL.put("items", (value, with, scope) -> pairs(value));
    ALL.put("reverse", (value, with, scope) -> reversed(value));
    ALL.put("unique", (value, with, scope) -> unique(value, scope));
    ALL.put("join", Filters::join);
    ALL.put("replace", Filters::replace);
    ALL.put("indent", Filters::indent);
    ALL.put("tojson", Filters::json);
    ALL.put("map", Filters::map);
    ALL.put("select", (value, with, scope) -> selected(value, with, scope, false, true));
    ALL.put("reject", (value, with, scope) -> selected(value, with, scope, false, false));
    ALL.put("selectattr", (value, with, scope) -> selected(value, with, scope, true, true));
    ALL.put("rejectattr", (value, with, scope) -> selected(value, with, scope, true, false));
  }

  private Filters() {}

  static Filter named(String name) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw JinjaException.of("the filter '" + name + "' is not known");
    }
    return filter;
  }

  private static void text(String name, UnaryOperator<MarkedText> change) {
    ALL.put(
        name,
        (value, arguments, scope) -> {
          arguments.atMost(0);
          return change.apply(PythonText.of(value, scope));
        });
  }

  private static Object trim(Object value, Arguments with, Scope scope) {
    Object set = with.atMost(1, "chars").get(0, "chars", null);
    String characters = set == null ? null : with.text(0, "chars").toString();
    return Texts.strip(PythonText.of(value, scope), characters, true, true);
  }

  private static Object at(List<Object> items, boolean first) {
    if (items.isEmpty()) {
      return new Undefined(first ? "first" : "last");
    }
    return items.get(first ? 0 : items.size() - 1);
  }

  private static Object integer(Object value, Arguments with) {
    Object number = Values.number(value);
    if (number instanceof Long) {
      return number;
    }
    try {
      return number instanceof Double real
          ? real.longValue()
          : Long.parseLong(value.toString().strip());
    } catch (NumberFormatException | NullPointerException e) {
      Object real = real(value, new Arguments("float", List.of(Double.NaN), Map.of()));
      return real instanceof Double other && !other.isNaN()
          ? other.longValue()
          : with.get(0, "default", 0L);
    }
  }

  private static Object real(Object value, Arguments with) {
    try {
      return Values.isNumber(value)
          ? Values.real(value)
          : (Object) Double.parseDouble(value.toString().strip());
    } catch (NumberFormatException | NullPointerException e) {
      return with.get(0, "default", 0.0);
    }
  }

  private static Object absolute(Object value) {
    Object number = Values.number(value);
    if (number instanceof Long integer) {
      return Math.abs(integer);
    } else if (number instanceof Double real) {
      return Math.abs(real);
    }
    throw JinjaException.of("'abs' of a value of type " + Values.typeName(value));
  }

  private static Object orDefault(Object value, Arguments with) {
    with.atMost(2, "default_value", "boolean");
    boolean replaces =
        value instanceof Undefined
            || Values.truth(with.get(1, "boolean", false)) && !Values.truth(value);
    return replaces ? with.get(0, "default_value", MarkedText.EMPTY) : value;
  }

  private static Object pairs(Object value) {
    if (value instanceof Map<?, ?> map) {
      return Methods.pairs(map);
    } else if (value instanceof Undefined) {
      return List.of();
    }
    throw JinjaException.of("'items' of a value of type " + Values.typeName(value));
  }

  private static Object reversed(Object value) {
    if (value instanceof MarkedText text) {
      return Slices.slice(text, null, null, -1L);
    }
    List<Object> items = Values.items(value);
    Collections.reverse(items);
    return items;
  }

  private static Object unique(Object value, Scope scope) {
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(value)) {
      if (!Values.contains(kept, item, scope)) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static Object join(Object value, Arguments with, Scope scope) {
    Object separator = with.atMost(2, "d", "attribute").get(0, "d", MarkedText.EMPTY);
    Object attribute = with.get(1, "attribute", null);
    List<Object> items = Values.items(value);
    if (attribute != null) {
      items.replaceAll(item -> path(item, attribute));
    }
    return Texts.join(PythonText.of(separator, scope), items, scope);
  }

  private static Object replace(Object value, Arguments with, Scope scope) {
    return Texts.replace(
        PythonText.of(value, scope),
        with.atMost(3, "count").text(0, "old"),
        with.text(1, "new"),
        with.integer(2, "count", -1),
        scope);
  }

  /** Every line but the first, and blank ones only if asked, behind some blanks or a string. */
  private static Object indent(Object value, Arguments with, Scope scope) {
    with.atMost(3, "width", "first", "blank");
    Object width = with.get(0, "width", 4L);
    Object blank =
        width instanceof MarkedText
            ? width
            : Arithmetic.apply("*", MarkedText.own(" "), width, scope);
    boolean first = Values.truth(with.get(1, "first", false));
    boolean blankLines = Values.truth(with.get(2, "blank", false));
    MarkedText newline = MarkedText.own("\n");
    List<Object> lines = Texts.split(PythonText.of(value, scope), newline, -1);
    for (int i = 0; i < lines.size(); i++) {
      boolean indented = i == 0 ? first : blankLines || Values.truth(lines.get(i));
      if (indented) {
        lines.set(i, Arithmetic.apply("+", blank, lines.get(i), scope));
      }
    }
    return Texts.join(newline, lines, scope);
  }

  private static Object json(Object value, Arguments with, Scope scope) {
    with.atMost(0, "indent", "ensure_ascii");
    if (Values.truth(with.named().get("ensure_ascii"))) {
      throw JinjaException.of("'tojson' with ensure_ascii");
    }
    boolean oneLine = with.named().get("indent") == null;
    long indent = oneLine ? -1 : with.integer(0, "indent", 0);
    return Json.of(value, (int) Math.min(indent, MAX_INDENT), scope);
  }

  private static Object map(Object value, Arguments with, Scope scope) {
    List<Object> items = Values.items(value);
    if (with.named().containsKey("attribute")) {
      Object attribute = with.atMost(0, "attribute", "default").named().get("attribute");
      Object fallback = with.named().get("default");
      items.replaceAll(
          item -> {
            Object found = path(item, attribute);
            return found instanceof Undefined && fallback != null ? fallback : found;
          });
      return items;
    }
    String name = with.text(0, "filter").toString();
    Arguments rest = rest(name, with, 1);
    items.replaceAll(item -> named(name).apply(item, rest, scope));
    return items;
  }

  /** An attribute, or one of an attribute: {@code function.name}. */
  private static Object path(Object item, Object attribute) {
    if (!(attribute instanceof MarkedText names)) {
      return Members.item(item, attribute);
    }
    Object found = item;
    for (String name : names.toString().split("\\.")) {
      found = Members.item(found, MarkedText.own(name));
    }
    return found;
  }

  private static Object selected(
      Object value, Arguments with, Scope scope, boolean byAttribute, boolean wanted) {
    int tested = byAttribute ? 1 : 0;
    Object attribute = byAttribute ? with.require(0, "attribute") : null;
    String name = with.positional().size() > tested ? with.text(tested, "test").toString() : null;
    Arguments rest = rest(name, with, tested + 1);
    List<Object> kept = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object subject = byAttribute ? path(item, attribute) : item;
      boolean holds =
          name == null ? Values.truth(subject) : Tests.named(name).holds(subject, rest, scope);
      if (holds == wanted) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static Arguments rest(String name, Arguments with, int from) {
    List<Object> all = with.positional();
    return new Arguments(name, all.subList(Math.min(from, all.size()), all.size()), with.named());
  }
}
