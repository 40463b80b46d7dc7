package io.lengthwise.model.file.huggingface;

import io.lengthwise.request.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The content of {@code generation_config.json}: how the model answers by default.
 *
 * @param endTokens each of them ends an answer; empty if the file names none
 * @param sampling the model's defaults, every number set; OpenAI's if {@code do_sample} is false
 */
record GenerationConfig(Optional<int[]> endTokens, Sampling sampling) {

  static GenerationConfig read(Path folder) {
    Path file = folder.resolve("generation_config.json");
    if (!Files.exists(file)) {
      return new GenerationConfig(Optional.empty(), Sampling.DEFAULTS);
    }
    ModelJson fields = ModelJson.read(file);
    return new GenerationConfig(
        fields.has("eos_token_id")
            ? Optional.of(fields.integers("eos_token_id"))
            : Optional.empty(),
        fields.bool("do_sample", true) ? sampling(fields) : Sampling.DEFAULTS);
  }

  /** The ranges are those of requests: a file may not set a value that no request may have. */
  private static Sampling sampling(ModelJson fields) {
    return new Sampling(
            within(fields, "temperature", 0, 2),
            topK(fields),
            within(fields, "top_p", Float.MIN_VALUE, 1),
            within(fields, "min_p", 0, 1),
            within(fields, "repetition_penalty", 0.1f, 10),
            null,
            List.of(),
            List.of(),
            Map.of())
        .orElse(Sampling.DEFAULTS);
  }

  private static Integer topK(ModelJson fields) {
    int[] values = fields.integers("top_k");
    if (values.length == 0) {
      return null;
    }
    if (values[0] < 0) {
      throw fields.wrong("top_k", "is " + values[0] + ", must be 0 or more");
    }
    return values[0];
  }

  private static Float within(ModelJson fields, String name, float least, float most) {
    if (!fields.has(name)) {
      return null;
    }
    float value = (float) fields.number(name);
    if (!(value >= least && value <= most)) {
      throw fields.wrong(name, "is " + value + ", must be from " + least + " to " + most);
    }
    return value;
  }
}
