package io.lengthwise.prediction;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The recorded lengths of a prompt's answers, in tokens.
 *
 * @param prompt the text of the prompt
 * @param greedy the length at temperature 0
 * @param longest the longest of all samples
 * @param another the length at temperature 0.7
 */
public record RecordedLengths(String prompt, int greedy, int longest, int another) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESEARCH = "alpaca-vicuna-lengths-train.jsonl.gz";

  /** The lengths of the demo's model that are part of the repository. */
  public static List<RecordedLengths> ofDemoModel() {
    try (InputStream file = RecordedLengths.class.getResourceAsStream("/lengths/answers.jsonl")) {
      return lines(file).stream().map(RecordedLengths::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lengths of the paper's data, which may not be part of the repository. They are looked for
   * in the folder that the system property {@code lengthwise.data} names, or in {@code shared/data}
   * beside the repository's root. Without them the calling test is skipped.
   */
  public static List<RecordedLengths> ofResearch() {
    // The tests run in their module's folder.
    Path folder = Path.of(System.getProperty("lengthwise.data", "../../shared/data"));
    Path path = folder.resolve(RESEARCH);
    assumeTrue(
        Files.exists(path),
        () ->
            "no recorded lengths in %s; name the folder of %s with -Dlengthwise.data"
                .formatted(folder.toAbsolutePath().normalize(), RESEARCH));
    try (InputStream file = new GZIPInputStream(Files.newInputStream(path))) {
      return lines(file).stream().map(RecordedLengths::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the JSON objects of a file's lines. */
  public static List<JsonNode> lines(InputStream file) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      objects.add(JSON.readTree(line));
    }
    return objects;
  }

  private static RecordedLengths of(JsonNode object) {
    int longest = 0;
    for (JsonNode length : object.get("lengths")) {
      longest = Math.max(longest, length.asInt());
    }
    JsonNode lengths = object.get("lengths");
    return new RecordedLengths(
        prompt(object), lengths.get("0.0").asInt(), longest, lengths.get("0.7").asInt());
  }

  private static String prompt(JsonNode object) {
    if (object.has("prompt")) {
      return object.get("prompt").asText();
    }
    String input = object.get("input").asText();
    return object.get("instruction").asText() + (input.isEmpty() ? "" : "\nInput:\n" + input);
  }
}
