package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads operators between operands, in jinja2's order. */
final class ExpressionParser {

  private static final int MAX_NESTING = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenReader tokens;
  private final OperandParser operands;
  private int depth;

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  Expression expression() {
    return expression(true);
  }

  OperandParser operands() {
    return operands;
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
      value = operands.primary();
    }
    value = operands.members(value);
    depth--;
    return withFilters ? operands.filters(value) : value;
  }
}
