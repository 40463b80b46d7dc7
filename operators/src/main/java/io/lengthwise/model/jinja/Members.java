package io.lengthwise.model.jinja;

import java.util.List;
import java.util.Map;

/** What a value holds: {@code x.name} and {@code x[index]}. */
final class Members {

  private Members() {}

  /** A method first, as in Python, then an item; undefined where there is neither. */
  static Object attribute(Object of, String name) {
    if (of instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (of instanceof Namespace namespace) {
      return namespace.attributes().containsKey(name)
          ? namespace.attributes().get(name)
          : new Undefined(name);
    }
    Callable method = Methods.of(of, name);
    return method != null ? method : entry(of, MarkedText.own(name), name);
  }

  static Object item(Object of, Object index) {
    if (of instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object key = Values.number(index);
    if (key instanceof Long position && of instanceof List<?> list) {
      long at = position < 0 ? position + list.size() : position;
      return at >= 0 && at < list.size() ? list.get((int) at) : missing(key);
    }
    if (key instanceof Long position && of instanceof MarkedText) {
      Object character = Slices.slice(of, position, position == -1 ? null : position + 1, null);
      return Values.truth(character) ? character : missing(key);
    }
    if (of instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    return key instanceof MarkedText name ? attribute(of, name.toString()) : missing(key);
  }

  private static Object entry(Object of, Object key, String name) {
    return of instanceof Map<?, ?> map && map.containsKey(key) ? map.get(key) : new Undefined(name);
  }

  private static Undefined missing(Object key) {
    return new Undefined("[" + key + "]");
  }
}
