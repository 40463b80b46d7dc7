package io.lengthwise.job.config;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;

/**
 * Reads options and collects all problems, so that the user gets them in one message.
 *
 * <p>Each method returns a usable value even if there is a problem: the default, or null if there
 * is no default.
 */
final class SettingsReader {

  private final Configuration configuration;

  /** A set, since an option that is read twice has one problem. */
  private final Set<String> problems = new LinkedHashSet<>();

  SettingsReader(Configuration configuration) {
    this.configuration = configuration;
  }

  boolean isSet(ConfigOption<?> option) {
    return configuration.contains(option);
  }

  <T> T get(ConfigOption<T> option) {
    try {
      return configuration.get(option);
    } catch (IllegalArgumentException e) {
      if (holdsSecrets(option)) {
        problem(option.key() + " is no map of names and values");
      } else {
        problem(option, "cannot be read: " + rootMessage(e));
      }
      return option.defaultValue();
    }
  }

  <T> T get(ConfigOption<T> option, Predicate<T> allowed, String rule) {
    T value = get(option);
    if (value != null && !allowed.test(value)) {
      problem(option, rule);
    }
    return value;
  }

  <T> T require(ConfigOption<T> option, String whatToDo) {
    T value = get(option);
    if (value == null || value.toString().isBlank()) {
      problems.add(option.key() + " is not set: " + whatToDo);
    }
    return value;
  }

  /**
   * Parses the text of an option. Returns null if {@code parser} throws an
   * IllegalArgumentException.
   */
  <T> T parse(ConfigOption<String> option, Function<String, T> parser) {
    try {
      return parser.apply(get(option));
    } catch (IllegalArgumentException e) {
      problem(option, e.getMessage());
      return null;
    }
  }

  int atLeast(int least, ConfigOption<Integer> option) {
    Integer value = get(option, v -> v >= least, "must be at least " + least);
    return value == null || value < least ? least : value;
  }

  <E extends Enum<E>> E oneOf(ConfigOption<E> option, List<E> allowed) {
    E value = null;
    try {
      value = configuration.get(option);
    } catch (IllegalArgumentException e) {
      // Falls through: the message below says what Flink's does not, the words that are allowed.
    }
    if (value == null || !allowed.contains(value)) {
      problem(
          option,
          "must be one of " + allowed.stream().map(E::toString).collect(Collectors.joining(", ")));
      return option.defaultValue();
    }
    return value;
  }

  <E extends Enum<E>> E oneOf(ConfigOption<E> option) {
    return oneOf(option, List.copyOf(values(option)));
  }

  void problem(ConfigOption<?> option, String rule) {
    String value = configuration.toMap().getOrDefault(option.key(), "");
    problems.add("%s is '%s': %s".formatted(option.key(), value, rule));
  }

  void problem(String message) {
    problems.add(message);
  }

  /**
   * Throws if there are problems.
   *
   * @throws IllegalConfigurationException naming every problem, one a line
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new IllegalConfigurationException(String.join("\n", problems));
    }
  }

  private static <E extends Enum<E>> List<E> values(ConfigOption<E> option) {
    return Arrays.asList(option.defaultValue().getDeclaringClass().getEnumConstants());
  }

  /**
   * The values of maps are not shown: they are properties of Kafka clients and may be passwords.
   */
  private static boolean holdsSecrets(ConfigOption<?> option) {
    return option.defaultValue() instanceof Map;
  }

  private static String rootMessage(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}
