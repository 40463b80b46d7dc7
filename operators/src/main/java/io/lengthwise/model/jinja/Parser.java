package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the statements of a template. */
final class Parser {

  private static final int MAX_NESTING = 40;

  private final TokenReader tokens;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenReader(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static Statement.Block parse(List<Token> tokens) {
    Parser parser = new Parser(tokens);
    Statement.Block block = parser.block(Set.of());
    if (parser.tokens.peek().kind() != Kind.END) {
      throw parser.tokens.error("the tag " + parser.tokens.peek(1).describe() + " ends nothing");
    }
    return block;
  }

  /** The statements up to a tag of one of these names, which is left to the caller. */
  private Statement.Block block(Set<String> ends) {
    if (++depth > MAX_NESTING) {
      throw tokens.error("blocks nested deeper than " + MAX_NESTING);
    }
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.TEXT) {
        statements.add(new Statement.Text(MarkedText.own(tokens.next().text())));
      } else if (token.kind() == Kind.PRINT_BEGIN) {
        tokens.next();
        Expression value = expressions.tuple(true);
        tokens.expect(Kind.PRINT_END);
        statements.add(new Statement.At(token.line(), new Statement.Print(value)));
      } else if (token.kind() == Kind.BLOCK_BEGIN && !endsBlock(ends)) {
        tokens.next();
        statements.add(new Statement.At(token.line(), statement()));
      } else {
        break;
      }
    }
    if (!ends.isEmpty() && tokens.peek().kind() == Kind.END) {
      throw tokens.error("the template ends before one of " + ends.stream().sorted().toList());
    }
    depth--;
    return new Statement.Block(statements);
  }

  private boolean endsBlock(Set<String> ends) {
    String name = tokens.peek(1).text();
    return ends.contains(name)
        || name.startsWith("end")
        || name.equals("else")
        || name.equals("elif");
  }

  private Statement statement() {
    Token tag = tokens.next();
    return switch (tag.text()) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> set();
      case "macro" -> macro();
      case "with" -> with();
      case "filter" -> filter();
      case "generation" -> {
        tokens.expect(Kind.BLOCK_END);
        yield new Statement.Scoped(List.of(), List.of(), body("endgeneration"));
      }
      case "break" -> leave(Statement.Outcome.BREAK);
      case "continue" -> leave(Statement.Outcome.CONTINUE);
      default -> throw tokens.error("the tag " + tag.describe() + " is not known");
    };
  }

  /** A block and the end tag behind it. */
  private Statement.Block body(String end) {
    Statement.Block body = block(Set.of(end));
    endTag(end);
    return body;
  }

  private void endTag(String end) {
    tokens.expect(Kind.BLOCK_BEGIN);
    Token tag = tokens.next();
    if (!tag.isName(end)) {
      throw tokens.unexpected(tag);
    }
    tokens.expect(Kind.BLOCK_END);
  }

  private Statement condition() {
    List<Expression> conditions = new ArrayList<>();
    List<Statement.Block> blocks = new ArrayList<>();
    Token tag;
    do {
      conditions.add(expressions.tuple(true));
      tokens.expect(Kind.BLOCK_END);
      blocks.add(block(Set.of("elif", "else", "endif")));
      tokens.expect(Kind.BLOCK_BEGIN);
      tag = tokens.next();
    } while (tag.isName("elif"));
    tokens.expect(Kind.BLOCK_END);
    if (tag.isName("else")) {
      blocks.add(body("endif"));
    } else if (tag.isName("endif")) {
      blocks.add(new Statement.Block(List.of()));
    } else {
      throw tokens.unexpected(tag);
    }
    return new Statement.If(conditions, blocks);
  }

  private Statement loop() {
    Target target = target();
    if (!tokens.skipName("in")) {
      throw tokens.error("a loop without 'in'");
    }
    Expression items = expressions.tuple(false);
    Expression filter = tokens.skipName("if") ? expressions.expression() : null;
    tokens.expect(Kind.BLOCK_END);
    loops++;
    Statement.Block body = block(Set.of("else", "endfor"));
    loops--;
    Statement.Block otherwise = new Statement.Block(List.of());
    if (tokens.peek(1).isName("else")) {
      tokens.next();
      tokens.next();
      tokens.expect(Kind.BLOCK_END);
      otherwise = body("endfor");
    } else {
      endTag("endfor");
    }
    return new Statement.For(target, items, filter, body, otherwise);
  }

  private Statement leave(Statement.Outcome outcome) {
    if (loops == 0) {
      throw tokens.error("'break' or 'continue' outside of a loop");
    }
    tokens.expect(Kind.BLOCK_END);
    return new Statement.Leave(outcome);
  }

  private Target target() {
    List<String> names = new ArrayList<>();
    boolean inParenthesis = tokens.skipOperator("(");
    do {
      names.add(tokens.expectName());
    } while (tokens.skipOperator(","));
    if (inParenthesis) {
      tokens.expectOperator(")");
    }
    String attribute = names.size() == 1 && tokens.skipOperator(".") ? tokens.expectName() : null;
    return new Target(names, attribute);
  }

  private Statement set() {
    Target target = target();
    if (tokens.skipOperator("=")) {
      Expression value = expressions.tuple(true);
      tokens.expect(Kind.BLOCK_END);
      return new Statement.Set(target, value);
    }
    Expression captured = new Expression.Variable(Statement.Capture.CAPTURED);
    Expression filters = expressions.operands().filters(captured);
    tokens.expect(Kind.BLOCK_END);
    return new Statement.Capture(target, outsideLoops("endset"), filters);
  }

  private Statement filter() {
    Expression captured = new Expression.Variable(Statement.Capture.CAPTURED);
    Expression filters = expressions.operands().filters(expressions.operands().filter(captured));
    tokens.expect(Kind.BLOCK_END);
    return new Statement.Capture(null, outsideLoops("endfilter"), filters);
  }

  /** A body that a loop around it cannot be left from. */
  private Statement.Block outsideLoops(String end) {
    int around = loops;
    loops = 0;
    Statement.Block body = body(end);
    loops = around;
    return body;
  }

  private Statement macro() {
    String name = tokens.expectName();
    tokens.expectOperator("(");
    List<String> parameters = new ArrayList<>();
    Map<String, Expression> defaults = new HashMap<>();
    while (!tokens.skipOperator(")")) {
      String parameter = tokens.expectName();
      parameters.add(parameter);
      if (tokens.skipOperator("=")) {
        defaults.put(parameter, expressions.expression());
      }
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    tokens.expect(Kind.BLOCK_END);
    return new Statement.Macro(name, parameters, defaults, outsideLoops("endmacro"));
  }

  private Statement with() {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (tokens.peek().kind() != Kind.BLOCK_END) {
      targets.add(new Target(List.of(tokens.expectName()), null));
      tokens.expectOperator("=");
      values.add(expressions.expression());
      if (!tokens.atTagEnd()) {
        tokens.expectOperator(",");
      }
    }
    tokens.expect(Kind.BLOCK_END);
    return new Statement.Scoped(targets, values, body("endwith"));
  }
}
