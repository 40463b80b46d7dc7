package io.lengthwise.cli.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TextFile;
import io.lengthwise.cli.predictor.RecordedAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Reads prompts to compare schedules on: a line is a prompt, or an object with a {@code prompt} or
 * with an {@code instruction} and perhaps an {@code input}. The file may be gzipped.
 */
public final class BenchPrompts {

  private static final ObjectMapper JSON = new ObjectMapper();

  private BenchPrompts() {}

  /**
   * The first prompts of a file.
   *
   * @param most how many at most
   * @param seed shuffles the file's lines before, null leaves their order
   * @throws CommandFailure where the file or a line cannot be read, or there is none
   */
  public static List<String> read(Path file, int most, Long seed) {
    List<String> prompts = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = TextFile.open(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          prompts.add(prompt(line, file, number));
        }
      }
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no file " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
    }
    if (prompts.isEmpty()) {
      throw new CommandFailure(file + " holds no prompts");
    }
    if (seed != null) {
      Collections.shuffle(prompts, new Random(seed));
    }
    return List.copyOf(prompts.subList(0, Math.min(most, prompts.size())));
  }

  private static String prompt(String line, Path file, int number) {
    if (!line.stripLeading().startsWith("{")) {
      return line.strip();
    }
    try {
      JsonNode object = JSON.readTree(line);
      return RecordedAnswer.prompt(object);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CommandFailure(
          "%s, line %d holds no prompt: %s".formatted(file, number, e.getMessage()), e);
    }
  }
}
