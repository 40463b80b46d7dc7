package io.lengthwise.job.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.request.RequestError;
import io.lengthwise.request.WellFormed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Reads the fields of a JSON object in a record, with checks of type and range.
 *
 * <p>A field that is absent or null is read as null. Any other wrong value is a {@link
 * RefusedFieldException} with the path of the field, for example {@code messages[2].content}.
 *
 * @param object the object
 * @param path what stands before a field's name in messages, empty for a request's body
 */
record RecordJson(JsonNode object, String path) {

  private static final int QUOTED = 60;

  String pathOf(String name) {
    return path + name;
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Returns the field as it is, or null if it is absent or null. */
  JsonNode node(String name) {
    return has(name) ? object.get(name) : null;
  }

  String text(String name) {
    JsonNode value = node(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(name, value, "must be a string");
    }
    return WellFormed.text(value.textValue());
  }

  Float number(String name, DoublePredicate allowed, String rule) {
    JsonNode value = node(name);
    if (value == null) {
      return null;
    }
    return toFloat(name, value, allowed, rule);
  }

  Float toFloat(String name, JsonNode value, DoublePredicate allowed, String rule) {
    // The sampling sees a float: 1e-60 is 0 there.
    float number = value.isNumber() ? (float) value.doubleValue() : Float.NaN;
    if (!Float.isFinite(number) || !allowed.test(number)) {
      throw invalid(name, value, rule);
    }
    return number;
  }

  /**
   * Reads a whole number. {@code 100.0} is accepted, since some languages write all numbers with a
   * fraction.
   */
  Long integer(String name, long least, long most, String rule) {
    JsonNode value = node(name);
    if (value == null) {
      return null;
    }
    return toLong(name, value, least, most, rule);
  }

  long toLong(String name, JsonNode value, long least, long most, String rule) {
    boolean whole =
        value.isIntegralNumber()
            ? value.canConvertToLong()
            : value.isNumber()
                && value.doubleValue() == Math.rint(value.doubleValue())
                && Math.abs(value.doubleValue()) <= 1L << 53;
    if (!whole || value.longValue() < least || value.longValue() > most) {
      throw invalid(name, value, rule);
    }
    return value.longValue();
  }

  /** Reads the elements of a list. The list is empty if the field is absent or null. */
  List<JsonNode> list(String name, int most, String rule) {
    JsonNode value = node(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > most) {
      throw invalid(name, value, rule);
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  RefusedFieldException missing(String name, String whatToDo) {
    return new RefusedFieldException(
        RequestError.missing(pathOf(name), "%s is missing: %s".formatted(pathOf(name), whatToDo)));
  }

  RefusedFieldException invalid(String name, JsonNode value, String rule) {
    return new RefusedFieldException(
        RequestError.invalid(
            pathOf(name), "%s %s; it is %s".formatted(pathOf(name), rule, quote(value))));
  }

  RefusedFieldException unsupported(String name, String rule) {
    return new RefusedFieldException(
        RequestError.unsupported(pathOf(name), "%s %s".formatted(pathOf(name), rule)));
  }

  /** Returns a value as JSON, cut to a length that fits into a message. */
  static String quote(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list of " + value.size();
      case OBJECT -> "an object";
      default -> {
        String json = value.toString();
        yield WellFormed.text(json.length() <= QUOTED ? json : json.substring(0, QUOTED) + "...");
      }
    };
  }
}
