package io.lengthwise.job.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;

/**
 * Tells keys of the job from keys of Flink and from mistakes.
 *
 * <p>A key in a group of the job must be an option of the job. A key in an unknown group is a
 * mistake if it is similar to an option of the job ({@code engin.order}). Otherwise it is left to
 * Flink.
 */
final class OptionKeys {

  private static final List<String> KNOWN =
      LengthwiseOptions.all().stream().map(ConfigOption::key).toList();

  private static final Set<String> GROUPS =
      KNOWN.stream().map(OptionKeys::group).collect(Collectors.toUnmodifiableSet());

  /** Options that are maps. Kafka defines the keys after their prefix. */
  private static final List<String> MAPS =
      List.of(
          LengthwiseOptions.KAFKA_PROPERTIES.key() + ".",
          LengthwiseOptions.KAFKA_SOURCE_PROPERTIES.key() + ".",
          LengthwiseOptions.KAFKA_SINK_PROPERTIES.key() + ".");

  /** Groups of Flink that are similar to a group of the job or inside one. */
  private static final List<String> FLINK = List.of("job.autoscaler.");

  private OptionKeys() {}

  /** Returns a message for each key that is a mistake, in the order of the keys. */
  static List<String> unknown(Set<String> keys) {
    List<String> messages = new ArrayList<>();
    for (String key : new TreeSet<>(keys)) {
      if (isMistake(key)) {
        messages.add(
            "%s is no option of Lengthwise: did you mean %s?".formatted(key, nearest(key)));
      }
    }
    return messages;
  }

  /** Whether a key belongs to the job and not to Flink. */
  static boolean isOurs(String key) {
    return GROUPS.contains(group(key)) && FLINK.stream().noneMatch(key::startsWith);
  }

  private static boolean isMistake(String key) {
    if (KNOWN.contains(key)
        || MAPS.stream().anyMatch(key::startsWith)
        || FLINK.stream().anyMatch(key::startsWith)) {
      return false;
    }
    return isOurs(key) || KNOWN.stream().anyMatch(known -> distance(known, key) <= 2);
  }

  private static String group(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  private static String nearest(String key) {
    return KNOWN.stream().min(Comparator.comparingInt(known -> distance(known, key))).orElseThrow();
  }

  /** Returns the edit distance of two texts: the fewest characters to insert, remove or replace. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
