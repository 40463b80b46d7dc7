package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Expression.Call;
import io.lengthwise.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, with jinja2's order of operators. */
final class ExpressionParser {

  private static final int MAX_NESTING = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenReader tokens;
  private int depth;

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  Expression expression() {
    return expression(true);
  }

  /** An expression; without conditions where {@code if} belongs to the statement around it. */
  Expression expression(boolean withCondition) {
    if (++depth > MAX_NESTING) {
      throw tokens.error("expressions nested deeper than " + MAX_NESTING);
    }
    Expression value = either();
    while (withCondition && tokens.skipName("if")) {
      Expression condition = either();
      Expression other =
          tokens.skipName("else")
              ? expression()
              : new Expression.Constant(new Undefined("else of an inline if"));
      value = new Expression.Conditional(value, condition, other);
    }
    depth--;
    return value;
  }

  /** One expression, or several with commas between, which make a tuple. */
  Expression tuple(boolean withCondition) {
    Expression first = expression(withCondition);
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !tokens.peek().isOperator(")") && !tokens.atTagEnd()) {
      items.add(expression(withCondition));
    }
    return new Expression.TupleOf(items);
  }

  private Expression either() {
    Expression left = both();
    while (tokens.skipName("or")) {
      left = new Expression.Either(left, both());
    }
    return left;
  }

  private Expression both() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.Both(left, not());
    }
    return left;
  }

  private Expression not() {
    int negations = 0;
    while (tokens.skipName("not")) {
      negations++;
    }
    Expression value = comparison();
    for (int i = Math.min(negations, 2 - negations % 2); i > 0; i--) {
      value = new Expression.Not(value);
    }
    return value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.peek(1).isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
      }
      others.add(sum());
    }
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      left = new Expression.Binary(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.skipOperator("~")) {
      left = new Expression.Binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (tokens.peek().kind() == Kind.OPERATOR
        && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
      left = new Expression.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = signed(true);
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary("**", left, signed(true));
    }
    return left;
  }

  private Expression signed(boolean withFilters) {
    if (++depth > MAX_NESTING) {
      throw tokens.error("expressions nested deeper than " + MAX_NESTING);
    }
    Expression value;
    if (tokens.skipOperator("-")) {
      value = new Expression.Signed(signed(false), true);
    } else if (tokens.skipOperator("+")) {
      value = new Expression.Signed(signed(false), false);
    } else {
      value = primary();
    }
    value = members(value);
    depth--;
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
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
    Expression inside = tuple(true);
    tokens.expectOperator(")");
    return inside;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      items.add(expression());
      if (!tokens.peek().isOperator("]")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.ListOf(items);
  }

  private Expression map() {
    List<Expression> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      entries.add(expression());
      tokens.expectOperator(":");
      entries.add(expression());
      if (!tokens.peek().isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.MapOf(entries);
  }

  private Expression members(Expression of) {
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
    Expression from = tokens.peek().isOperator(":") ? null : expression();
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
    return absent ? null : expression();
  }

  private Call call() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peek(1).isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expression());
      } else {
        positional.add(expression());
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
