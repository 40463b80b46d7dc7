package io.lengthwise.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/options.md} equal to the options.
 *
 * <p>To write the file: {@code mvn -pl job -am test -Dtest=OptionsTableTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dlengthwise.write-docs=true}.
 */
class OptionsTableTest {

  private static final Path FILE = Path.of("..", "docs", "options.md");
  private static final Pattern TAG = Pattern.compile("<[^>]*>");

  @Test
  void docsHoldEveryOption() throws IOException {
    if (Boolean.getBoolean("lengthwise.write-docs")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, document());
    }
    assertThat(Files.readString(FILE))
        .as(
            "docs/options.md is generated: write it anew with mvn -pl job -am test"
                + " -Dtest=OptionsTableTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dlengthwise.write-docs=true")
        .isEqualTo(document());
  }

  private static String document() {
    StringBuilder text =
        new StringBuilder(
            """
            # Options

            <!-- Generated from LengthwiseOptions; OptionsTableTest says how. -->

            Options stand in a YAML file, nested or flat, and `-D key=value` overrides them. Flink's own
            options stand beside them under their own names, for example `execution.checkpointing.interval`.
            Durations are written like `50 ms`, sizes like `4 mb`, lists like `[a, b]` in the file and
            `a;b` after `-D`.

            | option | default | what it says |
            |---|---|---|
            """);
    for (ConfigOption<?> option : LengthwiseOptions.all()) {
      text.append(
          "| `%s` | %s | %s |\n".formatted(option.key(), defaultOf(option), description(option)));
    }
    return text.toString();
  }

  private static String defaultOf(ConfigOption<?> option) {
    Object value = option.defaultValue();
    if (value == null || value.equals(Map.of())) {
      return "none";
    }
    return "`%s`"
        .formatted(
            value instanceof Duration duration ? TimeUtils.formatWithHighestUnit(duration) : value);
  }

  private static String description(ConfigOption<?> option) {
    Matcher tags = TAG.matcher(new HtmlFormatter().format(option.description()));
    return tags.replaceAll("").replace("&#39;", "'");
  }
}
