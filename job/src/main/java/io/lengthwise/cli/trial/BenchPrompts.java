package io.lengthwise.cli.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TextFile;
import io.lengthwise.cli.predictor.RecordedAnswer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Reads prompts on which schedules are compared. A line is a prompt, or an object with a {@code
 * prompt}, or an object with an {@code instruction} and optionally an {@code input}. The file may
 * be gzipped.
 */
public final class BenchPrompts {

  private static final ObjectMapper JSON = new ObjectMapper();

  private BenchPrompts() {}

  /**
   * Reads the first prompts of a file.
   *
   * @param most the most prompts
   * @param seed shuffles the lines of the file first; null keeps their order
   * @throws CommandFailure if the file or a line cannot be read, or the file contains no prompt
   */
  public static List<String> read(Path file, int most, Long seed) {
    List<String> prompts =
        TextFile.parse(file, Integer.MAX_VALUE, "prompts", (line, number) -> prompt(line));
    if (seed != null) {
      Collections.shuffle(prompts, new Random(seed));
    }
    return List.copyOf(prompts.subList(0, Math.min(most, prompts.size())));
  }

  private static String prompt(String line) {
    if (!line.stripLeading().startsWith("{")) {
      return line.strip();
    }
    try {
      return RecordedAnswer.prompt(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
