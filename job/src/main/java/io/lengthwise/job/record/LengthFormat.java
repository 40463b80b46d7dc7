package io.lengthwise.job.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.prediction.CompletedLength;
import io.lengthwise.prediction.PromptFeatures;
import io.lengthwise.request.Origin;
import java.util.List;

/**
 * The JSON format of the length of a finished answer. It has no text: the words of the prompt are
 * hashed, and most hashes stand for several words.
 *
 * <p>For example {@code
 * {"model":"m","features":[71,40021],"prompt_tokens":37,"answer_tokens":8,"cut":false}}. If the
 * model was probed about the prompt, {@code probe} is a list of numbers after the features.
 */
public final class LengthFormat {

  /** The most bytes of a record that a job writes. */
  static final int MAX_BYTES = 1 << 20;

  /** The origin of a record that is only read. It is not used. */
  private static final Origin ANYWHERE = new Origin("", 0, 0, null, List.of(), 0);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LengthFormat() {}

  /** The value of a record. */
  public static byte[] write(CompletedLength length) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", length.model());
    ArrayNode features = json.putArray("features");
    for (int row : length.features().rows()) {
      features.add(row);
    }
    if (length.features().probeResult().length > 0) {
      ArrayNode probe = json.putArray("probe");
      for (float value : length.features().probeResult()) {
        probe.add(value);
      }
    }
    json.put("prompt_tokens", length.promptTokens());
    json.put("answer_tokens", length.answerTokens());
    json.put("cut", length.cut());
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of numbers cannot be written", e);
    }
  }

  /**
   * Reads the value of a record from any writer. The numbers may be out of range.
   *
   * @throws UnreadableException for what is not of this form or too large
   */
  public static CompletedLength read(byte[] value) throws UnreadableException {
    JsonNode json = RecordReader.object(InputRecord.of(ANYWHERE, value, MAX_BYTES), MAX_BYTES);
    JsonNode model = json.path("model");
    JsonNode cut = json.path("cut");
    if (!model.isTextual() || !cut.isBoolean()) {
      throw unreadable("model must be text, and cut true or false");
    }
    return new CompletedLength(
        model.textValue(),
        new PromptFeatures(integers(json.path("features")), numbers(json.path("probe"))),
        integer(json.path("prompt_tokens")),
        integer(json.path("answer_tokens")),
        cut.booleanValue());
  }

  private static int[] integers(JsonNode list) throws UnreadableException {
    if (!list.isArray()) {
      throw unreadable("features must be a list");
    }
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(list.get(i));
    }
    return values;
  }

  private static int integer(JsonNode node) throws UnreadableException {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw unreadable("features and tokens must be whole numbers");
    }
    return node.intValue();
  }

  private static float[] numbers(JsonNode list) throws UnreadableException {
    if (!list.isArray() && !list.isMissingNode()) {
      throw unreadable("probe must be a list");
    }
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      if (!list.get(i).isNumber()) {
        throw unreadable("probe must hold numbers");
      }
      values[i] = list.get(i).floatValue();
    }
    return values;
  }

  private static UnreadableException unreadable(String rule) {
    return new UnreadableException("no_length", rule);
  }
}
