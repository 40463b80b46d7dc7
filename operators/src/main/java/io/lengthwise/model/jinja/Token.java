package io.lengthwise.model.jinja;

/**
 * A piece of a template's source.
 *
 * @param kind what it is
 * @param text the characters; of a string literal, its value
 * @param line its line, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    TEXT,
    BLOCK_BEGIN,
    BLOCK_END,
    PRINT_BEGIN,
    PRINT_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isOperator(String wantedText) {
    return is(Kind.OPERATOR, wantedText);
  }

  boolean isName(String wantedText) {
    return is(Kind.NAME, wantedText);
  }

  String describe() {
    return switch (kind) {
      case END -> "the end of the template";
      case BLOCK_END -> "'%}'";
      case PRINT_END -> "'}}'";
      default -> "'" + text + "'";
    };
  }
}
