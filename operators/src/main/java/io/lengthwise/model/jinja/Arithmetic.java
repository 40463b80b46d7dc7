package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.List;

/** The binary operators on numbers, texts and lists, with Python's results. */
final class Arithmetic {

  private Arithmetic() {}

  static Object apply(String operator, Object left, Object right, Scope scope) {
    if (operator.equals("~")) {
      return join(PythonText.of(left, scope), PythonText.of(right, scope), scope);
    }
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return numbers(operator, Values.number(left), Values.number(right));
    }
    if (operator.equals("+")) {
      if (left instanceof MarkedText a && right instanceof MarkedText b) {
        return join(a, b, scope);
      }
      if (left instanceof List<?> a && right instanceof List<?> b) {
        scope.charge(a.size() + (long) b.size());
        List<Object> both = new ArrayList<>(a);
        both.addAll(b);
        return both;
      }
    }
    if (operator.equals("*") && left instanceof MarkedText text && right instanceof Long times) {
      return repeated(text, times, scope);
    }
    if (operator.equals("*") && left instanceof Long times && right instanceof MarkedText text) {
      return repeated(text, times, scope);
    }
    throw Values.unfit("'" + operator + "'", left, right);
  }

  private static MarkedText join(MarkedText left, MarkedText right, Scope scope) {
    scope.charge(left.length() + (long) right.length());
    return new MarkedText.Builder().append(left).append(right).build();
  }

  private static MarkedText repeated(MarkedText text, long times, Scope scope) {
    long count = text.length() == 0 ? 0 : Math.max(0, Math.min(times, Integer.MAX_VALUE));
    scope.charge(count * text.length());
    MarkedText.Builder out = new MarkedText.Builder();
    for (long i = 0; i < count; i++) {
      out.append(text);
    }
    return out.build();
  }

  private static Object numbers(String operator, Object left, Object right) {
    try {
      return left instanceof Long a && right instanceof Long b && !operator.equals("/")
          ? integers(operator, a, b)
          : (Object) reals(operator, Values.real(left), Values.real(right));
    } catch (ArithmeticException e) {
      throw JinjaException.of(
          "'" + operator + "' of " + left + " and " + right + " has no result here");
    }
  }

  private static Object integers(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      case "*" -> Math.multiplyExact(left, right);
      case "//" -> Math.floorDiv(left, right);
      case "%" -> Math.floorMod(left, right);
      case "**" -> right < 0 ? (Object) Math.pow(left, right) : (Object) power(left, right);
      default -> throw JinjaException.of("the operator '" + operator + "'");
    };
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1 || base == -1) {
      return exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static double reals(String operator, double left, double right) {
    if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - right * Math.floor(left / right);
      case "**" -> Math.pow(left, right);
      default -> throw JinjaException.of("the operator '" + operator + "'");
    };
  }
}
