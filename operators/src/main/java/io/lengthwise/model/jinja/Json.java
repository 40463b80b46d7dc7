package io.lengthwise.model.jinja;

import java.util.List;
import java.util.Map;

/** JSON as Python's {@code json.dumps} spaces it, characters beyond ASCII kept. */
final class Json {

  private final MarkedText.Builder out = new MarkedText.Builder();
  private final Scope scope;
  private final int indent;

  private Json(Scope scope, int indent) {
    this.scope = scope;
    this.indent = indent;
  }

  /**
   * Writes a value.
   *
   * @param indent blanks a level of nesting, negative for one line
   */
  static MarkedText of(Object value, int indent, Scope scope) {
    Json json = new Json(scope, indent);
    json.write(value, 0);
    return json.out.build();
  }

  private void write(Object value, int depth) {
    Values.checkNesting(depth);
    scope.charge(1);
    if (value == null || value instanceof Boolean) {
      out.append(String.valueOf(value));
    } else if (value instanceof Long || value instanceof Double) {
      out.append(PythonText.of(value, scope));
    } else if (value instanceof MarkedText text) {
      scope.charge(text.length());
      out.append(text.changedTo(quoted(text.toString())));
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object item : list) {
        out.append(separator);
        line(depth + 1);
        write(item, depth + 1);
        separator = indent < 0 ? ", " : ",";
      }
      close(list.isEmpty(), "[", "]", depth);
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        line(depth + 1);
        write(PythonText.of(entry.getKey(), scope), depth + 1);
        out.append(": ");
        write(entry.getValue(), depth + 1);
        separator = indent < 0 ? ", " : ",";
      }
      close(map.isEmpty(), "{", "}", depth);
    } else {
      throw JinjaException.of("JSON of a value of type " + Values.typeName(value));
    }
  }

  private void line(int depth) {
    if (indent >= 0) {
      int blanks = indent * depth;
      scope.charge(blanks);
      out.append("\n" + " ".repeat(blanks));
    }
  }

  private void close(boolean empty, String begin, String end, int depth) {
    if (empty) {
      out.append(begin);
    } else {
      line(depth);
    }
    out.append(end);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int special = "\n\r\t\b\f\\\"".indexOf(c);
      if (special >= 0) {
        quoted.append('\\').append("nrtbf\\\"".charAt(special));
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
