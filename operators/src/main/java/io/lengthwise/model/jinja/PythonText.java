package io.lengthwise.model.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** Values as Python writes them. */
final class PythonText {

  private PythonText() {}

  /** The text of a value as Python's {@code str} gives it; blank for an undefined one. */
  static MarkedText of(Object value, Scope scope) {
    if (value instanceof MarkedText text) {
      return text;
    }
    if (value instanceof Undefined) {
      return MarkedText.EMPTY;
    }
    MarkedText.Builder out = new MarkedText.Builder();
    represent(value, out, scope, 0);
    return out.build();
  }

  private static void represent(Object value, MarkedText.Builder out, Scope scope, int depth) {
    Values.checkNesting(depth);
    scope.charge(1);
    if (value == null) {
      out.append("None");
    } else if (value instanceof Boolean truth) {
      out.append(truth ? "True" : "False");
    } else if (value instanceof Long number) {
      out.append(number.toString());
    } else if (value instanceof Double number) {
      out.append(realText(number));
    } else if (value instanceof MarkedText text) {
      scope.charge(text.length());
      out.append(text.changedTo(quoted(text.toString())));
    } else if (value instanceof List<?> list) {
      boolean tuple = list instanceof Tuple;
      out.append(tuple ? "(" : "[");
      for (int i = 0; i < list.size(); i++) {
        out.append(i > 0 ? ", " : "");
        represent(list.get(i), out, scope, depth + 1);
      }
      out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
    } else if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        represent(entry.getKey(), out, scope, depth + 1);
        out.append(": ");
        represent(entry.getValue(), out, scope, depth + 1);
        separator = ", ";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else {
      throw JinjaException.of("a value of type " + Values.typeName(value) + " has no text");
    }
  }

  /** A floating-point number as Python writes it: 2.0, 1e+16, 1e-05. */
  private static String realText(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(number);
    if (size == 0 || size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(Double.toString(number)).toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    String mantissa =
        digits
            .scaleByPowerOfTen(-exponent)
            .setScale(Math.max(0, digits.precision() - 1), RoundingMode.UNNECESSARY)
            .toPlainString();
    String sign = exponent < 0 ? "-" : "+";
    return mantissa + "e" + sign + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }

  private static String quoted(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int special = "\n\r\t\\".indexOf(c);
      if (special >= 0) {
        out.append('\\').append("nrt\\".charAt(special));
      } else if (c == quote) {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append(String.format("\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(quote).toString();
  }
}
