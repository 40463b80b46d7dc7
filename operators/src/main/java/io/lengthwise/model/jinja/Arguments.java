package io.lengthwise.model.jinja;

import java.util.List;
import java.util.Map;

/**
 * The values of a call.
 *
 * @param function its name, for messages
 * @param positional in order
 * @param named by name, in order
 */
record Arguments(String function, List<Object> positional, Map<String, Object> named) {

  static Arguments none(String function) {
    return new Arguments(function, List.of(), Map.of());
  }

  /** The argument at a position or of a name, the fallback where there is neither. */
  Object get(int position, String name, Object fallback) {
    if (position < positional.size()) {
      return positional.get(position);
    }
    return named.containsKey(name) ? named.get(name) : fallback;
  }

  Object require(int position, String name) {
    if (position >= positional.size() && !named.containsKey(name)) {
      throw JinjaException.of("'" + function + "' needs the argument '" + name + "'");
    }
    return get(position, name, null);
  }

  MarkedText text(int position, String name) {
    if (require(position, name) instanceof MarkedText text) {
      return text;
    }
    throw JinjaException.of("the argument '" + name + "' of '" + function + "' is no string");
  }

  long integer(int position, String name, long fallback) {
    Object value = get(position, name, fallback);
    if (value instanceof Long number) {
      return number;
    }
    throw JinjaException.of("the argument '" + name + "' of '" + function + "' is no integer");
  }

  /** Refuses what the function does not know, which would otherwise be silently left out. */
  Arguments atMost(int count, String... names) {
    if (positional.size() > count) {
      throw JinjaException.of("'" + function + "' with " + positional.size() + " arguments");
    }
    for (String name : named.keySet()) {
      if (!List.of(names).contains(name)) {
        throw JinjaException.of("'" + function + "' with the argument '" + name + "'");
      }
    }
    return this;
  }
}
