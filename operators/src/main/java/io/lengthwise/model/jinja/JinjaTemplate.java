package io.lengthwise.model.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A template that has been read, to be rendered any number of times by any number of threads.
 *
 * <p>Equal to jinja2's {@code ImmutableSandboxedEnvironment} with {@code trim_blocks}, {@code
 * lstrip_blocks}, loop controls, {@code tojson}, {@code raise_exception} and {@code strftime_now},
 * as Hugging Face transformers sets it up, for what this package knows; an error for the rest.
 */
public final class JinjaTemplate {

  /** Templates of models have some kilobytes. */
  private static final int MAX_SOURCE_CHARACTERS = 1 << 20;

  private static final long BASE_BUDGET = 2_000_000;
  private static final long BUDGET_PER_CHARACTER = 64;

  private final Statement.Block block;
  private final Supplier<LocalDateTime> clock;

  private JinjaTemplate(Statement.Block block, Supplier<LocalDateTime> clock) {
    this.block = block;
    this.clock = clock;
  }

  /** Reads a template; a construct outside the known language is an error with its line. */
  public static JinjaTemplate parse(String source) {
    return parse(source, LocalDateTime::now);
  }

  static JinjaTemplate parse(String source, Supplier<LocalDateTime> clock) {
    if (source.length() > MAX_SOURCE_CHARACTERS) {
      throw JinjaException.of(
          "a template of "
              + source.length()
              + " characters, where at most "
              + MAX_SOURCE_CHARACTERS
              + " are read");
    }
    try {
      return new JinjaTemplate(Parser.parse(Lexer.tokens(source)), clock);
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
  }

  /**
   * Renders.
   *
   * @param variables null, Boolean, Integer or Long, Double, String (the model's own text), {@link
   *     MarkedText}, List, or Map with String keys
   */
  public MarkedText render(Map<String, ?> variables) {
    Map<String, Object> values = new HashMap<>(Functions.all(clock));
    Size size = new Size();
    variables.forEach((name, value) -> values.put(name, size.value(value)));
    MarkedText.Builder out = new MarkedText.Builder();
    try {
      block.run(Scope.root(values, BASE_BUDGET + BUDGET_PER_CHARACTER * size.characters), out);
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
    return out.build();
  }

  /** Long chains such as a sum of 100,000 terms nest as deep; no template of a model has them. */
  private static JinjaException tooDeep() {
    return JinjaException.of("expressions chained or nested too deep").at(1);
  }

  /** Brings a caller's values into the template's types and adds up their characters. */
  private static final class Size {

    private long characters;

    Object value(Object value) {
      if (value instanceof String text) {
        return value(MarkedText.own(text));
      } else if (value instanceof MarkedText text) {
        characters += 1 + text.length();
        return text;
      } else if (value instanceof Integer number) {
        return number.longValue();
      } else if (value instanceof List<?> list) {
        List<Object> items = new ArrayList<>();
        list.forEach(item -> items.add(value(item)));
        characters += list.size();
        return items;
      } else if (value instanceof Map<?, ?> map) {
        Map<Object, Object> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> entries.put(value(key), value(item)));
        return entries;
      } else if (value == null || Values.isNumber(value)) {
        return value;
      }
      throw new IllegalArgumentException(value.getClass() + " is no value of a template");
    }
  }
}
