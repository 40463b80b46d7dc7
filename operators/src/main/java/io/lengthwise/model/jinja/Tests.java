package io.lengthwise.model.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What may stand behind {@code is}. */
final class Tests {

  /** Whether something holds of a value. */
  @FunctionalInterface
  interface Test {
    boolean holds(Object value, Arguments arguments, Scope scope);
  }

  private static final Map<String, Test> ALL = new HashMap<>();

  static {
    plain("defined", value -> !(value instanceof Undefined));
    plain("undefined", value -> value instanceof Undefined);
    plain("none", value -> value == null);
    plain("string", value -> value instanceof MarkedText);
    plain("boolean", value -> value instanceof Boolean);
    plain("true", value -> Boolean.TRUE.equals(value));
    plain("false", value -> Boolean.FALSE.equals(value));
    plain("number", Values::isNumber);
    plain("integer", value -> value instanceof Long);
    plain("float", value -> value instanceof Double);
    plain("mapping", value -> value instanceof Map);
    plain("callable", value -> value instanceof Callable);
    plain("iterable", Tests::hasItems);
    plain("sequence", Tests::hasItems);
    plain("odd", value -> remainder(value, 2) == 1);
    plain("even", value -> remainder(value, 2) == 0);
    for (String name : List.of("equalto", "eq", "==", "sameas")) {
      ALL.put(name, (value, with, scope) -> Values.equal(value, with.require(0, "other"), scope));
    }
    for (String name : List.of("ne", "!=")) {
      ALL.put(name, (value, with, scope) -> !Values.equal(value, with.require(0, "other"), scope));
    }
    ALL.put("in", (value, with, scope) -> Values.contains(with.require(0, "other"), value, scope));
    order("lt", "lessthan", -1, -1);
    order("le", "<=", -1, 0);
    order("gt", "greaterthan", 1, 1);
    order("ge", ">=", 0, 1);
    ALL.put(
        "divisibleby", (value, with, scope) -> remainder(value, with.integer(0, "number", 0)) == 0);
  }

  private Tests() {}

  static Test named(String name) {
    Test test = ALL.get(name);
    if (test == null) {
      throw JinjaException.of("the test '" + name + "' is not known");
    }
    return test;
  }

  private static void plain(String name, Predicate<Object> predicate) {
    ALL.put(name, (value, arguments, scope) -> predicate.test(value));
  }

  private static void order(String name, String otherName, int least, int most) {
    Test test =
        (value, with, scope) -> {
          int sign = Integer.signum(Values.compare(value, with.require(0, "other")));
          return sign >= least && sign <= most;
        };
    ALL.put(name, test);
    ALL.put(otherName, test);
  }

  private static boolean hasItems(Object value) {
    return value instanceof List
        || value instanceof Map
        || value instanceof MarkedText
        || value instanceof Undefined;
  }

  private static long remainder(Object value, long divisor) {
    if (Values.number(value) instanceof Long number && divisor != 0) {
      return Math.floorMod(number, divisor);
    }
    throw JinjaException.of("a remainder of a value of type " + Values.typeName(value));
  }
}
