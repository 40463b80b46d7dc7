package io.lengthwise.model.text;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.PropertyNotWritableException;

/**
 * Everything that a template can reach from a value: entries of maps, elements of lists, and a
 * closed set of Python's methods.
 *
 * <p>It replaces jinjava's own resolver, which reaches every public method of a Java object. The
 * methods of strings keep the marks of {@link MarkedText}.
 */
final class TemplateValues extends ELResolver {

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    if (base == null) {
      return null;
    }
    context.setPropertyResolved(true);
    if (base instanceof Map<?, ?> map) {
      return map.get(property);
    }
    if (base instanceof List<?> list) {
      int index = index(property, list.size());
      return index < 0 || index >= list.size() ? null : list.get(index);
    }
    if (base instanceof ForLoop loop) {
      return ofLoop(loop, String.valueOf(property));
    }
    if (base instanceof String && index(property, 0) == Integer.MAX_VALUE) {
      return null;
    }
    // An IllegalArgumentException: jinjava looks for a property before it calls a method, and
    // continues after this type.
    throw new IllegalArgumentException("'%s' is not supported here".formatted(property));
  }

  private static Object ofLoop(ForLoop loop, String property) {
    return switch (property) {
      case "index" -> loop.getIndex();
      case "index0" -> loop.getIndex0();
      case "first" -> loop.isFirst();
      case "last" -> loop.isLast();
      case "length" -> loop.getLength();
      default -> throw new ELException("'loop.%s' is not supported".formatted(property));
    };
  }

  private static int index(Object property, int size) {
    try {
      int index = Integer.parseInt(String.valueOf(property));
      return index < 0 ? index + size : index;
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    context.setPropertyResolved(true);
    Object[] args = arguments == null ? new Object[0] : arguments;
    if (base instanceof Filter filter && method.equals("filter")) {
      return filter(filter, args);
    }
    if (base instanceof ExpTest test && args.length > 1) {
      Object[] rest = Arrays.copyOfRange(args, 2, args.length);
      JinjavaInterpreter interpreter = (JinjavaInterpreter) args[1];
      return method.equals("evaluate")
          ? test.evaluate(args[0], interpreter, rest)
          : test.evaluateNegated(args[0], interpreter, rest);
    }
    if (base instanceof String text) {
      return ofString(text, method.toString(), args);
    }
    if (base instanceof Map<?, ?> map) {
      return ofMap(map, method.toString(), args);
    }
    throw new ELException("there is no method '%s()' here".formatted(method));
  }

  @SuppressWarnings("unchecked")
  private static Object filter(Filter filter, Object[] args) {
    return filter.filter(
        args[0], (JinjavaInterpreter) args[1], (Object[]) args[2], (Map<String, Object>) args[3]);
  }

  private static Object ofMap(Map<?, ?> map, String method, Object[] args) {
    return switch (method + "/" + args.length) {
      case "items/0" ->
          map.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList();
      case "keys/0" -> new ArrayList<>(map.keySet());
      case "values/0" -> new ArrayList<>(map.values());
      case "get/1" -> map.get(args[0]);
      case "get/2" -> map.containsKey(args[0]) ? map.get(args[0]) : args[1];
      default -> throw unknown(method, args);
    };
  }

  private static Object ofString(String text, String method, Object[] args) {
    return switch (method + "/" + args.length) {
      case "strip/0" -> strip(text, null, true, true);
      case "lstrip/0" -> strip(text, null, true, false);
      case "rstrip/0" -> strip(text, null, false, true);
      case "strip/1" -> strip(text, plain(args[0]), true, true);
      case "lstrip/1" -> strip(text, plain(args[0]), true, false);
      case "rstrip/1" -> strip(text, plain(args[0]), false, true);
      case "startswith/1" -> plain(text).startsWith(plain(args[0]));
      case "endswith/1" -> plain(text).endsWith(plain(args[0]));
      case "split/1" -> split(text, plain(args[0]));
      case "replace/2" -> replace(text, String.valueOf(args[0]), String.valueOf(args[1]));
      case "upper/0" -> text.toUpperCase(Locale.ROOT);
      case "lower/0" -> text.toLowerCase(Locale.ROOT);
      default -> throw unknown(method, args);
    };
  }

  private static ELException unknown(String method, Object[] args) {
    return new ELException(
        "the method '%s()' with %d arguments is not supported".formatted(method, args.length));
  }

  private static String plain(Object text) {
    return MarkedText.read(String.valueOf(text)).toString();
  }

  /**
   * Removes leading or trailing characters that are in a set, or white space if the set is null.
   */
  static String strip(String marked, String set, boolean leading, boolean trailing) {
    MarkedText text = MarkedText.read(marked);
    String characters = text.toString();
    int from = 0;
    int to = characters.length();
    while (leading && from < to && isOf(characters.charAt(from), set)) {
      from++;
    }
    while (trailing && to > from && isOf(characters.charAt(to - 1), set)) {
      to--;
    }
    return text.marked(from, to);
  }

  private static boolean isOf(char c, String set) {
    return set == null
        ? Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085'
        : set.indexOf(c) >= 0;
  }

  /** Replaces text. A match never crosses the border of a message's text. */
  static String replace(String text, String old, String replacement) {
    if (old.isEmpty()) {
      throw new ELException("replace() of nothing is not supported");
    }
    long most = text.length() + (long) text.length() / old.length() * replacement.length();
    if (most > TemplateLanguage.MAX_CHARACTERS) {
      throw new ELException("replace() makes a text of up to %d characters".formatted(most));
    }
    return text.replace(old, replacement);
  }

  private static List<String> split(String marked, String separator) {
    if (separator.isEmpty()) {
      throw new ELException("split() needs a separator");
    }
    MarkedText text = MarkedText.read(marked);
    String characters = text.toString();
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = characters.indexOf(separator); at >= 0; ) {
      parts.add(text.marked(from, at));
      from = at + separator.length();
      at = characters.indexOf(separator, from);
    }
    parts.add(text.marked(from, characters.length()));
    return parts;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    throw new PropertyNotWritableException("a template cannot set '" + property + "'");
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return null;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return null;
  }
}
