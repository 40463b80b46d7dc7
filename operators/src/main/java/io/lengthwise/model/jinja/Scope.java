package io.lengthwise.model.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * The variables that a statement sees, innermost first, and what the rendering may still spend.
 *
 * <p>A loop's turn and a macro's call see what is around them and keep what they set to themselves;
 * the branches of {@code if} have no scope of their own.
 */
final class Scope {

  private static final int MAX_DEPTH = 64;

  private final Scope outer;
  private final Map<String, Object> variables = new HashMap<>();
  private final Budget budget;
  private final int depth;

  private Scope(Scope outer, Budget budget, int depth) {
    this.outer = outer;
    this.budget = budget;
    this.depth = depth;
  }

  static Scope root(Map<String, Object> variables, long budget) {
    Scope scope = new Scope(null, new Budget(budget), 0);
    scope.variables.putAll(variables);
    return scope;
  }

  Scope inner() {
    if (depth == MAX_DEPTH) {
      throw JinjaException.of("loops and macros nested deeper than " + MAX_DEPTH);
    }
    return new Scope(this, budget, depth + 1);
  }

  /** A macro's variables: around them is what is around its definition, but the call's depth. */
  Scope calledFrom(Scope caller) {
    if (caller.depth == MAX_DEPTH) {
      throw JinjaException.of("macros that call each other deeper than " + MAX_DEPTH);
    }
    return new Scope(this, budget, caller.depth + 1);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.variables.get(name);
      if (value != null || scope.variables.containsKey(name)) {
        return value;
      }
    }
    return new Undefined(name);
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  /** Takes the cost of a piece of work: one for a step, one for each character or item made. */
  void charge(long cost) {
    budget.left -= cost;
    if (budget.left < 0) {
      throw JinjaException.of("more work than a chat template may do");
    }
  }

  private static final class Budget {
    private long left;

    Budget(long left) {
      this.left = left;
    }
  }
}
