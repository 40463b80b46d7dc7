package io.lengthwise.model.jinja;

import io.lengthwise.model.jinja.Token.Kind;
import java.util.List;
import java.util.function.Supplier;

/** Goes through a template's tokens. */
final class TokenReader {

  private final List<Token> tokens;
  private int position;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    position++;
    return token;
  }

  boolean atTagEnd() {
    return peek().kind() == Kind.BLOCK_END || peek().kind() == Kind.PRINT_END;
  }

  boolean skipOperator(String operator) {
    boolean found = peek().isOperator(operator);
    position += found ? 1 : 0;
    return found;
  }

  boolean skipName(String name) {
    boolean found = peek().isName(name);
    position += found ? 1 : 0;
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw error("expected '" + operator + "' instead of " + peek().describe());
    }
  }

  String expectName() {
    if (peek().kind() != Kind.NAME) {
      throw error("expected a name instead of " + peek().describe());
    }
    return next().text();
  }

  void expect(Kind kind) {
    Token token = next();
    if (token.kind() != kind) {
      throw unexpected(token);
    }
  }

  JinjaException unexpected(Token token) {
    return JinjaException.of("unexpected " + token.describe()).at(token.line());
  }

  JinjaException error(String message) {
    return JinjaException.of(message).at(peek().line());
  }

  /** Gives an error of a look-up the line that is being read. */
  <T> T located(Supplier<T> lookup) {
    try {
      return lookup.get();
    } catch (JinjaException e) {
      throw e.at(peek().line());
    }
  }
}
