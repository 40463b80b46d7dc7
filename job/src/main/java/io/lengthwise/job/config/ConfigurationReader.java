package io.lengthwise.job.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.YamlParserUtils;

/**
 * Reads a configuration from a YAML file, nested or flat as in Flink, and from arguments that
 * override it.
 *
 * <p>{@code engine: {order: fifo}} and {@code engine.order: fifo} are the same.
 */
public final class ConfigurationReader {

  private ConfigurationReader() {}

  /**
   * Reads the arguments of the job's main class.
   *
   * @param arguments {@code --config FILE}, once at most, and {@code -D key=value} or {@code
   *     -Dkey=value}, as often as wanted
   * @throws IllegalConfigurationException for any other argument, or a file that cannot be read
   */
  public static Configuration ofArguments(String... arguments) {
    Path file = null;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      boolean takesNext = argument.equals("--config") || argument.equals("-D");
      if (takesNext && i + 1 == arguments.length) {
        throw new IllegalConfigurationException(argument + " must be followed by a value");
      }
      if (argument.equals("--config") && file == null) {
        file = Path.of(arguments[++i]);
      } else if (argument.equals("-D")) {
        overrides.add(arguments[++i]);
      } else if (argument.startsWith("-D")) {
        overrides.add(argument.substring(2));
      } else {
        throw new IllegalConfigurationException(
            "Cannot use the argument '%s': the job takes --config FILE, once, and -D key=value"
                .formatted(argument));
      }
    }
    return read(file, overrides);
  }

  /**
   * Reads a file and lays overrides over it.
   *
   * @param file the YAML file, null for none
   * @param overrides each {@code key=value}; a later one of the same key wins
   */
  public static Configuration read(Path file, List<String> overrides) {
    Map<String, String> values = new LinkedHashMap<>();
    if (file != null) {
      flatten("", load(file), values, file);
    }
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        throw new IllegalConfigurationException(
            "Cannot use -D %s: it must be key=value".formatted(override));
      }
      values.put(override.substring(0, equals).strip(), override.substring(equals + 1).strip());
    }
    return Configuration.fromMap(values);
  }

  /**
   * Returns the options of Flink. The options of the job are not passed to Flink, since its web
   * interface shows all options, and the passwords of Kafka are among them.
   */
  public static Configuration flinkPart(Configuration configuration) {
    Configuration flink = new Configuration(configuration);
    configuration.keySet().stream().filter(OptionKeys::isOurs).forEach(flink::removeKey);
    return flink;
  }

  private static Map<String, Object> load(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalConfigurationException(
          "Cannot read the configuration file %s: there is no such file".formatted(file));
    }
    try {
      return YamlParserUtils.loadYamlFile(file.toFile());
    } catch (Exception e) {
      throw new IllegalConfigurationException(
          "The configuration file %s is no YAML map of options: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  private static void flatten(
      String prefix, Map<?, ?> tree, Map<String, String> values, Path file) {
    tree.forEach(
        (name, value) -> {
          String key = prefix + name;
          if (value instanceof Map<?, ?> subtree) {
            flatten(key + ".", subtree, values, file);
          } else if (value == null) {
            throw new IllegalConfigurationException(
                "%s has no value in %s: give it one or remove it".formatted(key, file));
          } else if (values.put(key, text(value)) != null) {
            throw new IllegalConfigurationException(
                "%s stands twice in %s, nested and flat: remove one".formatted(key, file));
          }
        });
  }

  /** Returns the YAML text of a list, which is the form that Flink reads. */
  private static String text(Object value) {
    return value instanceof List ? YamlParserUtils.toYAMLString(value) : value.toString();
  }
}
