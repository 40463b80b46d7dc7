package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of a template that has a value. */
sealed interface Expression {

  Object evaluate(Scope scope);

  record Constant(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  record Variable(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(1);
      return scope.get(name);
    }
  }

  record ListOf(List<Expression> items) implements Expression {
    @Override
    public List<Object> evaluate(Scope scope) {
      scope.charge(items.size());
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.evaluate(scope)));
      return values;
    }
  }

  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return new Tuple(new ListOf(items).evaluate(scope));
    }
  }

  /** A map; its keys and values alternate. */
  record MapOf(List<Expression> entries) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(entries.size());
      Map<Object, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < entries.size(); i += 2) {
        Object key = Values.key(entries.get(i).evaluate(scope));
        values.put(key, entries.get(i + 1).evaluate(scope));
      }
      return values;
    }
  }

  record Attribute(Expression of, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(1);
      return Members.attribute(of.evaluate(scope), name);
    }
  }

  record Item(Expression of, Expression index) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(1);
      return Members.item(of.evaluate(scope), index.evaluate(scope));
    }
  }

  /** A slice; a bound or step that is left out is null. */
  record Slice(Expression of, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object sliced = of.evaluate(scope);
      scope.charge(Values.length(sliced));
      return Slices.slice(sliced, bound(from, scope), bound(to, scope), bound(step, scope));
    }

    private static Long bound(Expression expression, Scope scope) {
      Object value = expression == null ? null : Values.number(expression.evaluate(scope));
      if (value == null || value instanceof Long) {
        return (Long) value;
      }
      throw JinjaException.of("a slice with a bound of type " + Values.typeName(value));
    }
  }

  /** The arguments of a call, a filter or a test, not yet evaluated. */
  record Call(List<Expression> positional, Map<String, Expression> named) {

    static final Call NOTHING = new Call(List.of(), Map.of());

    Arguments evaluate(String function, Scope scope) {
      List<Object> values = new ArrayList<>();
      positional.forEach(argument -> values.add(argument.evaluate(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, argument) -> byName.put(name, argument.evaluate(scope)));
      return new Arguments(function, values, byName);
    }
  }

  record Invocation(Expression function, String name, Call call) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object target = function.evaluate(scope);
      if (!(target instanceof Callable callable)) {
        throw target instanceof Undefined
            ? JinjaException.of("the function or method '" + name + "' is not known")
            : JinjaException.of("'" + name + "' is no function");
      }
      return charged(callable.call(call.evaluate(name, scope), scope), scope);
    }

    static Object charged(Object result, Scope scope) {
      scope.charge(
          result instanceof MarkedText text
              ? 1 + text.length()
              : result instanceof List<?> list ? 1 + list.size() : 1);
      return result;
    }
  }

  record Filtered(Expression of, String name, Filters.Filter filter, Call call)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = of.evaluate(scope);
      return Invocation.charged(filter.apply(value, call.evaluate(name, scope), scope), scope);
    }
  }

  record Tested(Expression of, String name, Tests.Test test, Call call) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(1);
      return test.holds(of.evaluate(scope), call.evaluate(name, scope), scope);
    }
  }

  record Not(Expression of) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.truth(of.evaluate(scope));
    }
  }

  record Signed(Expression of, boolean negative) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = of.evaluate(scope);
      return negative
          ? Arithmetic.apply("-", 0L, value, scope)
          : Arithmetic.apply("+", 0L, value, scope);
    }
  }

  record Both(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.truth(value) ? right.evaluate(scope) : value;
    }
  }

  record Either(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.truth(value) ? value : right.evaluate(scope);
    }
  }

  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      scope.charge(1);
      return Arithmetic.apply(operator, left.evaluate(scope), right.evaluate(scope), scope);
    }
  }

  /** Comparisons in a chain: {@code 1 < x < 3} compares x with both. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object left = first.evaluate(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = others.get(i).evaluate(scope);
        if (!holds(operators.get(i), left, right, scope)) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static boolean holds(String operator, Object left, Object right, Scope scope) {
      return switch (operator) {
        case "==" -> Values.equal(left, right, scope);
        case "!=" -> !Values.equal(left, right, scope);
        case "in" -> Values.contains(right, left, scope);
        case "not in" -> !Values.contains(right, left, scope);
        case "<" -> Values.compare(left, right) < 0;
        case "<=" -> Values.compare(left, right) <= 0;
        case ">" -> Values.compare(left, right) > 0;
        default -> Values.compare(left, right) >= 0;
      };
    }
  }

  /** {@code then if condition else other}; without an else it is undefined. */
  record Conditional(Expression then, Expression condition, Expression other)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Values.truth(condition.evaluate(scope)) ? then.evaluate(scope) : other.evaluate(scope);
    }
  }
}
