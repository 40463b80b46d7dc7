package io.lengthwise.job.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.request.Sampling;
import io.lengthwise.request.WellFormed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the sampling parameters of a body. Parameters that are absent are null. */
final class SamplingFields {

  private static final String TOKEN_ID = "must be a token id, a whole number from 0";
  private static final int NO_TOP_K = -1;

  private SamplingFields() {}

  /** Reads the sampling of a body; what it leaves out stays null. */
  static Sampling read(RecordJson body, RequestLimits limits) {
    return new Sampling(
        body.number("temperature", v -> v >= 0 && v <= 2, "must be a number from 0 to 2"),
        topK(body),
        body.number("top_p", v -> v > 0 && v <= 1, "must be a number above 0 and at most 1"),
        body.number("min_p", v -> v >= 0 && v <= 1, "must be a number from 0 to 1"),
        body.number(
            "repetition_penalty", v -> v >= 0.1f && v <= 10, "must be a number from 0.1 to 10"),
        body.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, "must be a whole number of 64 bits"),
        stop(body, limits),
        stopTokenIds(body, limits),
        logitBias(body, limits));
  }

  private static Integer topK(RecordJson body) {
    Long value =
        body.integer(
            "top_k",
            NO_TOP_K,
            Integer.MAX_VALUE,
            "must be a whole number from 0, or -1 for no limit");
    return value == null ? null : Math.max(0, value.intValue());
  }

  private static List<String> stop(RecordJson body, RequestLimits limits) {
    String rule =
        "must be a string or a list of at most %d strings, each of 1 to %d characters"
            .formatted(limits.maxStopStrings(), limits.maxStopLength());
    JsonNode value = body.node("stop");
    List<JsonNode> elements =
        value != null && value.isTextual()
            ? List.of(value)
            : body.list("stop", limits.maxStopStrings(), rule);
    List<String> strings = new ArrayList<>(elements.size());
    for (JsonNode element : elements) {
      boolean usable =
          element.isTextual()
              && !element.textValue().isEmpty()
              && element.textValue().length() <= limits.maxStopLength();
      if (!usable) {
        throw body.invalid("stop", value, rule);
      }
      strings.add(WellFormed.text(element.textValue()));
    }
    return strings;
  }

  private static List<Integer> stopTokenIds(RecordJson body, RequestLimits limits) {
    String rule = "must be a list of at most %d token ids".formatted(limits.maxStopTokenIds());
    List<Integer> ids = new ArrayList<>();
    for (JsonNode element : body.list("stop_token_ids", limits.maxStopTokenIds(), rule)) {
      ids.add((int) body.toLong("stop_token_ids", element, 0, Integer.MAX_VALUE, TOKEN_ID));
    }
    return ids;
  }

  private static Map<Integer, Float> logitBias(RecordJson body, RequestLimits limits) {
    JsonNode value = body.node("logit_bias");
    Map<Integer, Float> biases = new HashMap<>();
    if (value == null) {
      return biases;
    }
    if (!value.isObject() || value.size() > limits.maxLogitBias()) {
      throw body.invalid(
          "logit_bias",
          value,
          "must be an object of at most %d token ids with numbers from -100 to 100"
              .formatted(limits.maxLogitBias()));
    }
    for (Map.Entry<String, JsonNode> bias : value.properties()) {
      if (!bias.getKey().matches("\\d{1,9}")) {
        throw body.invalid("logit_bias", value, "must have token ids as its fields");
      }
      biases.put(
          Integer.parseInt(bias.getKey()),
          body.toFloat(
              "logit_bias",
              bias.getValue(),
              v -> v >= -100 && v <= 100,
              "must have numbers from -100 to 100"));
    }
    return biases;
  }
}
