package io.lengthwise.cli.predictor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lengthwise.cli.console.CommandFailure;
import io.lengthwise.cli.console.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files of recorded lengths: one JSON object a line, in UTF-8, plain or gzipped.
 *
 * <p>An object is one of
 *
 * <ul>
 *   <li>{@code {"instruction": "...", "input": "...", "lengths": {"0.0": 115, "0.7": 220}}}: the
 *       prompt is the instruction, and where there is an input {@code "\nInput:\n"} and the input;
 *       {@code lengths} are the answers' tokens by temperature, with 0.0 among them;
 *   <li>{@code {"prompt": "...", "length": 115}}.
 * </ul>
 *
 * <p>It may have {@code max_tokens}, the answer's cap, and {@code cut}, whether the answer was cut;
 * without the latter it was if it is as long as its cap. Longer answers count as cut at the cap.
 * Other fields and blank lines are passed over.
 */
public final class RecordedAnswerReader {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Path file;
  private final int defaultCap;
  private int line;

  private RecordedAnswerReader(Path file, int defaultCap) {
    this.file = file;
    this.defaultCap = defaultCap;
  }

  /**
   * The answers of a file the user named, in its order.
   *
   * @param defaultCap the most tokens of an answer whose line has no {@code max_tokens}
   * @param limit the most answers that are read, from the file's start
   * @throws CommandFailure where the file or a line cannot be read, or there is none
   */
  public static List<RecordedAnswer> read(Path file, int defaultCap, int limit) {
    RecordedAnswerReader reader = new RecordedAnswerReader(file, defaultCap);
    try (BufferedReader lines = TextFile.open(file)) {
      List<RecordedAnswer> answers = reader.read(lines, limit);
      if (answers.isEmpty()) {
        throw new CommandFailure(file + " holds no recorded lengths");
      }
      return answers;
    } catch (NoSuchFileException e) {
      throw new CommandFailure("There is no file " + file, e);
    } catch (IOException e) {
      throw new CommandFailure(
          "%s cannot be read beyond line %d: %s".formatted(file, reader.line, e.getMessage()), e);
    }
  }

  private List<RecordedAnswer> read(BufferedReader lines, int limit) throws IOException {
    List<RecordedAnswer> answers = new ArrayList<>();
    while (answers.size() < limit) {
      String text = lines.readLine();
      if (text == null) {
        break;
      }
      line++;
      if (!text.isBlank()) {
        answers.add(answer(text));
      }
    }
    return answers;
  }

  private RecordedAnswer answer(String text) {
    try {
      return RecordedAnswer.of(JSON.readValue(text), defaultCap);
    } catch (JsonProcessingException e) {
      throw new CommandFailure("%s, line %d is no JSON".formatted(file, line), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("%s, line %d: %s".formatted(file, line, e.getMessage()), e);
    }
  }
}
