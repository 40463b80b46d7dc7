package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Python does with values: truth, equality, order, items.
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
