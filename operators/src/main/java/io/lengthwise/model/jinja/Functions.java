package io.lengthwise.model.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The functions that a template finds by name. */
final class Functions {

  private Functions() {}

  static Map<String, Object> all(Supplier<LocalDateTime> clock) {
    Map<String, Object> functions = new HashMap<>();
    functions.put("range", (Callable) (arguments, scope) -> range(arguments.atMost(3), scope));
    functions.put("namespace", (Callable) (arguments, scope) -> namespace(arguments));
    functions.put("dict", (Callable) (arguments, scope) -> map(arguments));
    functions.put(
        "raise_exception",
        (Callable)
            (arguments, scope) -> {
              Object message = arguments.atMost(1, "message").require(0, "message");
              throw JinjaException.raisedByTemplate(PythonText.of(message, scope).toString());
            });
    functions.put(
        "strftime_now",
        (Callable)
            (arguments, scope) ->
                MarkedText.own(
                    date(clock.get(), arguments.atMost(1, "format").text(0, "format").toString())));
    return functions;
  }

  private static List<Object> range(Arguments arguments, Scope scope) {
    boolean two = arguments.positional().size() > 1;
    long from = two ? arguments.integer(0, "start", 0) : 0;
    arguments.require(two ? 1 : 0, "stop");
    long to = arguments.integer(two ? 1 : 0, "stop", 0);
    long step = arguments.integer(2, "step", 1);
    if (step == 0) {
      throw JinjaException.of("'range' with step 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
      scope.charge(1);
      numbers.add(i);
    }
    return numbers;
  }

  private static Namespace namespace(Arguments arguments) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (!arguments.positional().isEmpty()) {
      if (!(arguments.positional().get(0) instanceof Map<?, ?> map)) {
        throw JinjaException.of("'namespace' of something that is no map");
      }
      map.forEach((name, value) -> attributes.put(String.valueOf(name), value));
    }
    attributes.putAll(arguments.named());
    return new Namespace(attributes);
  }

  private static Map<Object, Object> map(Arguments arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    arguments.atMost(0, arguments.named().keySet().toArray(String[]::new));
    arguments.named().forEach((name, value) -> map.put(MarkedText.own(name), value));
    return map;
  }

  private static String date(LocalDateTime time, String format) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char directive = format.charAt(++i);
      String pattern = pattern(directive);
      out.append(
          directive == '%'
              ? "%"
              : DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
    }
    return out.toString();
  }

  private static String pattern(char directive) {
    return switch (directive) {
      case '%' -> "";
      case 'd' -> "dd";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'm' -> "MM";
      case 'Y' -> "yyyy";
      case 'y' -> "yy";
      case 'H' -> "HH";
      case 'I' -> "hh";
      case 'M' -> "mm";
      case 'S' -> "ss";
      case 'p' -> "a";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'j' -> "DDD";
      case 'F' -> "yyyy-MM-dd";
      case 'T' -> "HH:mm:ss";
      default -> throw JinjaException.of("'strftime_now' with '%" + directive + "'");
    };
  }
}
