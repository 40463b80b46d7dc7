package io.lengthwise.cli.predictor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TextFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads files of recorded lengths: one JSON object a line, in UTF-8, plain or gzipped.
 *
 * <p>An object is one of
 *
 * <ul>
 *   <li>{@code {"instruction": "...", "input": "...", "lengths": {"0.0": 115, "0.7": 220}}}: the
 *       prompt is the instruction, followed by {@code "\nInput:\n"} and the input if there is one;
 *       {@code lengths} has the tokens of the answers by temperature, 0.0 included;
 *   <li>{@code {"prompt": "...", "length": 115}}.
 * </ul>
 *
 * <p>An object may have {@code max_tokens}, the cap of the answer, and {@code cut}, whether the
 * answer was cut. Without {@code cut}, an answer as long as its cap was cut. A longer answer counts
 * as cut at the cap. Other fields and blank lines are ignored.
 */
public final class RecordedAnswerReader {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private RecordedAnswerReader() {}

  /**
   * Reads the answers of a file that the user named, in the order of the file.
   *
   * @param defaultCap the most tokens of an answer whose line has no {@code max_tokens}
   * @param limit the most answers that are read, from the start of the file
   * @throws CommandFailure if the file or a line cannot be read, or the file contains no answer
   */
  public static List<RecordedAnswer> read(Path file, int defaultCap, int limit) {
    return TextFile.parse(
        file, limit, "recorded lengths", (line, number) -> answer(line, defaultCap));
  }

  private static RecordedAnswer answer(String line, int defaultCap) {
    try {
      return RecordedAnswer.of(JSON.readValue(line), defaultCap);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }
}
