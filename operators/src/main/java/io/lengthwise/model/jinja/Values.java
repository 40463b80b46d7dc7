package io.lengthwise.model.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Python does with values: truth, equality, order, text, items.
 *
 * <p>A value is null (none), a Boolean, a Long, a Double, a {@link MarkedText}, a List, a Map with
 * texts, numbers or booleans as its keys, a {@link Namespace}, a {@link Callable}, or {@link
 * Undefined}.
 */
final class Values {

  private static final int MAX_NESTING = 50;

  private Values() {}

  static boolean truth(Object value) {
    if (value == null || value instanceof Undefined) {
      return false;
    } else if (value instanceof Boolean truth) {
      return truth;
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof MarkedText text) {
      return text.length() > 0;
    } else if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    return !(value instanceof Map<?, ?> map) || !map.isEmpty();
  }

  static boolean equal(Object left, Object right, Scope scope) {
    return equal(left, right, scope, 0);
  }

  private static boolean equal(Object left, Object right, Scope scope, int depth) {
    checkNesting(depth);
    scope.charge(1);
    if (left == right || left instanceof Undefined && right instanceof Undefined) {
      return true;
    }
    if (left == null || right == null) {
      return false;
    }
    if (isNumber(left) && isNumber(right)) {
      return compare(left, right) == 0;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      for (int i = 0; a.size() == b.size() && i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i), scope, depth + 1)) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      for (Map.Entry<?, ?> entry : a.entrySet()) {
        if (!b.containsKey(entry.getKey())
            || !equal(entry.getValue(), b.get(entry.getKey()), scope, depth + 1)) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    return left instanceof MarkedText && left.equals(right);
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** A number, for which a boolean passes as in Python. */
  static Object number(Object value) {
    return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
  }

  static double real(Object value) {
    return ((Number) number(value)).doubleValue();
  }

  static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      Object a = number(left);
      Object b = number(right);
      return a instanceof Long x && b instanceof Long y
          ? Long.compare(x, y)
          : Double.compare(real(a), real(b));
    }
    if (left instanceof MarkedText a && right instanceof MarkedText b) {
      return a.toString().compareTo(b.toString());
    }
    throw unfit("ordering", left, right);
  }

  static boolean contains(Object container, Object item, Scope scope) {
    if (container instanceof MarkedText text && item instanceof MarkedText part) {
      scope.charge(text.length());
      return text.toString().contains(part.toString());
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(item));
    }
    if (container instanceof List<?> || container instanceof Undefined) {
      for (Object other : items(container)) {
        if (equal(other, item, scope)) {
          return true;
        }
      }
      return false;
    }
    throw unfit("'in'", item, container);
  }

  /** What a loop goes over: a list's items, a map's keys, a string's characters. */
  static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    } else if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    } else if (value instanceof Undefined) {
      return List.of();
    } else if (value instanceof MarkedText text) {
      List<Object> characters = new ArrayList<>();
      for (int i = 0; i < text.length(); ) {
        int next = text.toString().offsetByCodePoints(i, 1);
        characters.add(text.slice(i, next));
        i = next;
      }
      return characters;
    }
    throw JinjaException.of("a value of type " + typeName(value) + " has no items");
  }

  static Object key(Object value) {
    if (value == null || value instanceof MarkedText || isNumber(value)) {
      return number(value);
    }
    throw JinjaException.of("a value of type " + typeName(value) + " as a key");
  }

  static long length(Object value) {
    if (value instanceof MarkedText text) {
      return text.toString().codePointCount(0, text.length());
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value instanceof List<?> || value instanceof Undefined) {
      return items(value).size();
    }
    throw JinjaException.of("a value of type " + typeName(value) + " has no length");
  }

  /** The text of a value as Python's {@code str} gives it; blank for an undefined one. */
  static MarkedText text(Object value, Scope scope) {
    if (value instanceof MarkedText text) {
      return text;
    }
    if (value instanceof Undefined) {
      return MarkedText.EMPTY;
    }
    MarkedText.Builder out = new MarkedText.Builder();
    represent(value, out, scope, 0);
    return out.build();
  }

  private static void represent(Object value, MarkedText.Builder out, Scope scope, int depth) {
    checkNesting(depth);
    scope.charge(1);
    if (value == null) {
      out.append("None");
    } else if (value instanceof Boolean truth) {
      out.append(truth ? "True" : "False");
    } else if (value instanceof Long number) {
      out.append(number.toString());
    } else if (value instanceof Double number) {
      out.append(realText(number));
    } else if (value instanceof MarkedText text) {
      scope.charge(text.length());
      out.append(text.changedTo(quoted(text.toString())));
    } else if (value instanceof List<?> list) {
      boolean tuple = list instanceof Tuple;
      out.append(tuple ? "(" : "[");
      for (int i = 0; i < list.size(); i++) {
        out.append(i > 0 ? ", " : "");
        represent(list.get(i), out, scope, depth + 1);
      }
      out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        represent(entry.getKey(), out, scope, depth + 1);
        out.append(": ");
        represent(entry.getValue(), out, scope, depth + 1);
        separator = ", ";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else {
      throw JinjaException.of("a value of type " + typeName(value) + " has no text");
    }
  }

  /** A floating-point number as Python writes it: 2.0, 1e+16, 1e-05. */
  static String realText(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size == 0 || size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(Double.toString(number)).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    String mantissa =
        digits
            .scaleByPowerOfTen(-exponent)
            .setScale(Math.max(0, digits.precision() - 1), RoundingMode.UNNECESSARY)
            .toPlainString();
    String sign = exponent < 0 ? "-" : "+";
    return mantissa + "e" + sign + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int special = "\n\r\t\\".indexOf(c);
      if (special >= 0) {
        out.append('\\').append("nrt\\".charAt(special));
      } else if (c == quote) {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append(String.format("\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(quote).toString();
  }

  static void checkNesting(int depth) {
    if (depth > MAX_NESTING) {
      throw JinjaException.of("lists or maps nested deeper than " + MAX_NESTING);
    }
  }

  static JinjaException unfit(String operation, Object left, Object right) {
    if (left instanceof Undefined undefined) {
      return undefined.error();
    } else if (right instanceof Undefined undefined) {
      return undefined.error();
    }
    return JinjaException.of(
        operation + " of values of types " + typeName(left) + " and " + typeName(right));
  }

  static String typeName(Object value) {
    if (value == null) {
      return "none";
    } else if (value instanceof Undefined undefined) {
      return "undefined ('" + undefined.name() + "')";
    } else if (value instanceof MarkedText) {
      return "string";
    } else if (value instanceof List<?>) {
      return "list";
    } else if (value instanceof Map<?, ?>) {
      return "map";
    } else if (value instanceof Callable) {
      return "function";
    }
    return value instanceof Namespace ? "namespace" : value.getClass().getSimpleName();
  }
}
