package io.lengthwise.job.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The fields that the job does not support although they change the answer, with the values that
 * are accepted because they change nothing.
 *
 * <p>Other values are refused and not ignored, since the caller would get an answer that looks
 * right but is not what was asked for. Fields that never change the answer ({@code user}, {@code
 * metadata}, {@code store}) are not in this list and are ignored.
 */
final class UnsupportedFields {

  private static final Predicate<JsonNode> FALSE = value -> value.isBoolean() && !value.asBoolean();
  private static final Predicate<JsonNode> ZERO =
      value -> value.isNumber() && value.doubleValue() == 0;
  private static final Predicate<JsonNode> ONE =
      value -> value.isNumber() && value.doubleValue() == 1;
  private static final Predicate<JsonNode> EMPTY =
      value -> value.isArray() ? value.isEmpty() : "".equals(value.textValue());
  private static final Predicate<JsonNode> NEVER = value -> false;

  private static final Map<String, Predicate<JsonNode>> NEUTRAL = new LinkedHashMap<>();

  static {
    NEUTRAL.put("n", ONE);
    NEUTRAL.put("best_of", ONE);
    NEUTRAL.put("stream", FALSE);
    NEUTRAL.put("tools", EMPTY);
    NEUTRAL.put("functions", EMPTY);
    NEUTRAL.put("response_format", value -> "text".equals(value.path("type").asText()));
    NEUTRAL.put("modalities", UnsupportedFields::onlyText);
    NEUTRAL.put("audio", NEVER);
    NEUTRAL.put("web_search_options", NEVER);
    NEUTRAL.put("logprobs", FALSE);
    NEUTRAL.put("top_logprobs", ZERO);
    NEUTRAL.put("prompt_logprobs", NEVER);
    NEUTRAL.put("echo", FALSE);
    NEUTRAL.put("suffix", EMPTY);
    NEUTRAL.put("frequency_penalty", ZERO);
    NEUTRAL.put("presence_penalty", ZERO);
    NEUTRAL.put("use_beam_search", FALSE);
    NEUTRAL.put("ignore_eos", FALSE);
    NEUTRAL.put("min_tokens", ZERO);
    NEUTRAL.put("guided_json", NEVER);
    NEUTRAL.put("guided_regex", NEVER);
    NEUTRAL.put("guided_choice", NEVER);
    NEUTRAL.put("guided_grammar", NEVER);
    NEUTRAL.put("structured_outputs", NEVER);
  }

  private UnsupportedFields() {}

  /** Refuses a body with an unsupported value. */
  static void check(RecordJson body) {
    NEUTRAL.forEach(
        (name, neutral) -> {
          JsonNode value = body.node(name);
          if (value != null && !neutral.test(value)) {
            throw body.unsupported(
                name, "is not supported as %s: leave it out".formatted(RecordJson.quote(value)));
          }
        });
  }

  private static boolean onlyText(JsonNode value) {
    return value.isArray() && value.size() == 1 && "text".equals(value.get(0).asText());
  }
}
