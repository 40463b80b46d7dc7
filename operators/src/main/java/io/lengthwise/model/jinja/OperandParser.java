package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Expression.Call;
import io.lengthwise.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what stands between operators: literals, names, and the members and filters behind them.
 */
final class OperandParser {

  private final TokenReader tokens;
  private final ExpressionParser expressions;

  OperandParser(TokenReader tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Expression.Constant(true);
            case "false", "False" -> new Expression.Constant(false);
            case "none", "None" -> new Expression.Constant(null);
            default -> new Expression.Variable(token.text());
          };
      case STRING -> string(token);
      case INTEGER, FLOAT -> number(token);
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesis();
            case "[" -> list();
            case "{" -> map();
            default -> throw tokens.unexpected(token);
          };
      default -> throw tokens.unexpected(token);
    };
  }

  private Expression string(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.peek().kind() == Kind.STRING) {
      text.append(tokens.next().text());
    }
    return new Expression.Constant(MarkedText.own(text.toString()));
  }

  private Expression number(Token token) {
    try {
      return new Expression.Constant(
          token.kind() == Kind.FLOAT
              ? (Object) Double.parseDouble(token.text())
              : (Object) Long.parseLong(token.text()));
    } catch (NumberFormatException e) {
      throw tokens.error("the number " + token.text());
    }
  }

  private Expression parenthesis() {
    if (tokens.skipOperator(")")) {
      return new Expression.TupleOf(List.of());
    }
    Expression inside = expressions.tuple(true);
    tokens.expectOperator(")");
    return inside;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      items.add(expressions.expression());
      if (!tokens.peek().isOperator("]")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.ListOf(items);
  }

  private Expression map() {
    List<Expression> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      entries.add(expressions.expression());
      tokens.expectOperator(":");
      entries.add(expressions.expression());
      if (!tokens.peek().isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.MapOf(entries);
  }

  Expression members(Expression of) {
    Expression value = of;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token member = tokens.next();
        if (member.kind() == Kind.INTEGER) {
          value = new Expression.Item(value, number(member));
        } else if (member.kind() == Kind.NAME) {
          value = new Expression.Attribute(value, member.text());
        } else {
          throw tokens.unexpected(member);
        }
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.peek().isOperator("(")) {
        value = new Expression.Invocation(value, name(value), call());
      } else {
        return value;
      }
    }
  }

  private static String name(Expression function) {
    if (function instanceof Expression.Variable variable) {
      return variable.name();
    }
    return function instanceof Expression.Attribute attribute ? attribute.name() : "expression";
  }

  private Expression subscript(Expression of) {
    Expression from = tokens.peek().isOperator(":") ? null : expressions.expression();
    if (tokens.skipOperator("]")) {
      return new Expression.Item(of, from);
    }
    tokens.expectOperator(":");
    Expression to = bound();
    Expression step = tokens.skipOperator(":") ? bound() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(of, from, to, step);
  }

  private Expression bound() {
    boolean absent = tokens.peek().isOperator(":") || tokens.peek().isOperator("]");
    return absent ? null : expressions.expression();
  }

  private Call call() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peek(1).isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expressions.expression());
      } else {
        positional.add(expressions.expression());
      }
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Call(positional, named);
  }

  /** The filters and tests behind a value. */
  Expression filters(Expression of) {
    Expression value = of;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.peek().isOperator("(")) {
        value = new Expression.Invocation(value, name(value), call());
      } else {
        return value;
      }
    }
  }

  Expression filter(Expression of) {
    String name = tokens.expectName();
    Call call = tokens.peek().isOperator("(") ? call() : Call.NOTHING;
    return new Expression.Filtered(of, name, tokens.located(() -> Filters.named(name)), call);
  }

  private Expression test(Expression of) {
    boolean negated = tokens.skipName("not");
    String name = tokens.expectName();
    Tests.Test test = tokens.located(() -> Tests.named(name));
    Call call = Call.NOTHING;
    if (tokens.peek().isOperator("(")) {
      call = call();
    } else if (beginsArgument(tokens.peek())) {
      call = new Call(List.of(members(primary())), Map.of());
    }
    Expression tested = new Expression.Tested(of, name, test, call);
    return negated ? new Expression.Not(tested) : tested;
  }

  private static boolean beginsArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and", "is").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }
}
