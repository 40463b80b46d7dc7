package io.lengthwise.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A part of a template that writes or sets something. */
sealed interface Statement {

  /** How a statement ended: a loop reacts to the other two. */
  enum Outcome {
    DONE,
    BREAK,
    CONTINUE
  }

  Outcome run(Scope scope, MarkedText.Builder out);

  record Text(MarkedText text) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      scope.charge(text.length());
      out.append(text);
      return Outcome.DONE;
    }
  }

  record Print(Expression value) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      MarkedText text = PythonText.of(value.evaluate(scope), scope);
      scope.charge(text.length());
      out.append(text);
      return Outcome.DONE;
    }
  }

  /** Statements of one line of the source, to name it when one of them fails. */
  record At(int line, Statement statement) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      try {
        scope.charge(1);
        return statement.run(scope, out);
      } catch (JinjaException e) {
        throw e.at(line);
      } catch (ArithmeticException e) {
        throw JinjaException.of("a number too large").at(line);
      }
    }
  }

  record Block(List<Statement> statements) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      for (Statement statement : statements) {
        Outcome outcome = statement.run(scope, out);
        if (outcome != Outcome.DONE) {
          return outcome;
        }
      }
      return Outcome.DONE;
    }
  }

  /** A block with variables of its own. */
  record Scoped(List<Target> targets, List<Expression> values, Block body) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).set(values.get(i).evaluate(scope), inner);
      }
      return body.run(inner, out);
    }
  }

  /** The block of the first condition that holds, the last block where none does. */
  record If(List<Expression> conditions, List<Block> blocks) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      int branch = 0;
      while (branch < conditions.size() && !Values.truth(conditions.get(branch).evaluate(scope))) {
        scope.charge(1);
        branch++;
      }
      return blocks.get(branch).run(scope, out);
    }
  }

  /** A loop; its filter is null where it takes every item. */
  record For(Target target, Expression items, Expression filter, Block body, Block otherwise)
      implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      List<Object> taken = new ArrayList<>();
      for (Object item : Values.items(items.evaluate(scope))) {
        scope.charge(1);
        Scope inner = scope.inner();
        target.set(item, inner);
        if (filter == null || Values.truth(filter.evaluate(inner))) {
          taken.add(item);
        }
      }
      if (taken.isEmpty()) {
        return otherwise.run(scope, out);
      }
      for (int i = 0; i < taken.size(); i++) {
        Scope inner = scope.inner();
        inner.set("loop", LoopVariable.at(i, taken));
        target.set(taken.get(i), inner);
        if (body.run(inner, out) == Outcome.BREAK) {
          break;
        }
      }
      return Outcome.DONE;
    }
  }

  record Set(Target target, Expression value) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      target.set(value.evaluate(scope), scope);
      return Outcome.DONE;
    }
  }

  /**
   * What a block writes, kept in a variable or passed through filters.
   *
   * @param target null where the text is written
   * @param filters around a variable named as {@link #CAPTURED}
   */
  record Capture(Target target, Block body, Expression filters) implements Statement {

    /** No name that a template could spell. */
    static final String CAPTURED = "(captured)";

    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      MarkedText.Builder captured = new MarkedText.Builder();
      Scope inner = scope.inner();
      body.run(inner, captured);
      inner.set(CAPTURED, captured.build());
      Object value = filters.evaluate(inner);
      if (target == null) {
        out.append(PythonText.of(value, scope));
      } else {
        target.set(value, scope);
      }
      return Outcome.DONE;
    }
  }

  record Macro(String name, List<String> parameters, Map<String, Expression> defaults, Block body)
      implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      scope.set(name, (Callable) (arguments, caller) -> call(arguments, scope, caller));
      return Outcome.DONE;
    }

    private Object call(Arguments arguments, Scope defined, Scope caller) {
      arguments.atMost(parameters.size(), parameters.toArray(String[]::new));
      Scope inner = defined.calledFrom(caller);
      for (int i = 0; i < parameters.size(); i++) {
        String parameter = parameters.get(i);
        Expression byDefault = defaults.get(parameter);
        boolean given =
            i < arguments.positional().size() || arguments.named().containsKey(parameter);
        inner.set(
            parameter,
            given
                ? arguments.get(i, parameter, null)
                : byDefault == null ? new Undefined(parameter) : byDefault.evaluate(inner));
      }
      MarkedText.Builder out = new MarkedText.Builder();
      body.run(inner, out);
      return out.build();
    }
  }

  /** {@code break} or {@code continue}. */
  record Leave(Outcome outcome) implements Statement {
    @Override
    public Outcome run(Scope scope, MarkedText.Builder out) {
      return outcome;
    }
  }
}
