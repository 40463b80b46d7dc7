package io.lengthwise.model.file.huggingface;

import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.RopeScaling;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads a model's configuration from the {@code config.json} of its folder. The sizes are required.
 * Other fields that are absent have the default of transformers.
 */
final class HuggingFaceConfig {
  private final ModelJson fields;
  private final Architecture architecture;

  private HuggingFaceConfig(ModelJson fields) {
    this.fields = fields;
    this.architecture = architecture(fields);
  }

  static ModelConfig read(Path folder) {
    ModelJson config = ModelJson.read(folder.resolve("config.json"));
    return new HuggingFaceConfig(config).model(GenerationConfig.read(folder));
  }

  private ModelConfig model(GenerationConfig generation) {
    refuseUnsupported();
    int heads = fields.positive("num_attention_heads", ModelConfig.MAX_SIZE);
    int hiddenSize = fields.positive("hidden_size", ModelConfig.MAX_SIZE);
    int layers = fields.positive("num_hidden_layers", ModelConfig.MAX_LAYERS);
    ModelJson rope = fields.has("rope_parameters") ? fields.object("rope_parameters") : fields;
    return new ModelConfig(
            architecture,
            fields.positive("vocab_size", ModelConfig.MAX_SIZE),
            hiddenSize,
            layers,
            heads,
            fields.positive("num_key_value_heads", ModelConfig.MAX_SIZE, heads),
            headSize(hiddenSize, heads),
            fields.positive("intermediate_size", ModelConfig.MAX_SIZE),
            fields.positive("max_position_embeddings", Integer.MAX_VALUE),
            (float) fields.positiveNumber("rms_norm_eps", 1e-6),
            rope.positiveNumber("rope_theta", 10_000),
            ropeScaling(),
            fields.bool("tie_word_embeddings", false),
            slidingWindows(layers),
            generation.endTokens().orElseGet(() -> fields.integers("eos_token_id")),
            beginToken(),
            generation.sampling())
        .checked(fields.file());
  }

  private static Architecture architecture(ModelJson fields) {
    String[] names = fields.strings("architectures");
    if (names.length != 1) {
      throw fields.wrong("architectures", "must be a list of one name");
    }
    return Architecture.ofHuggingFace(names[0])
        .orElseThrow(
            () ->
                fields.wrong(
                    "architectures",
                    "is "
                        + names[0]
                        + "; supported are "
                        + Architecture.huggingFaceNames()
                        + " and GGUF files"));
  }

  /** Refuses fields with which the decoder would compute something else than the model. */
  private void refuseUnsupported() {
    if (fields.has("hidden_act") && !fields.string("hidden_act").equals("silu")) {
      throw fields.wrong("hidden_act", "is " + fields.string("hidden_act") + ", must be silu");
    }
    if (fields.bool("mlp_bias", false)) {
      throw fields.wrong("mlp_bias", "is true: biases of the feed-forward layers are unsupported");
    }
    if (fields.has("quantization_config")) {
      throw fields.wrong(
          "quantization_config",
          "is set: take the model's unquantized safetensors or a GGUF file of it");
    }
    if (fields.has("partial_rotary_factor") && fields.number("partial_rotary_factor") != 1) {
      throw fields.wrong("partial_rotary_factor", "must be 1");
    }
  }

  private int headSize(int hiddenSize, int heads) {
    if (fields.has("head_dim")) {
      return fields.positive("head_dim", ModelConfig.MAX_SIZE);
    }
    if (architecture == Architecture.QWEN3) {
      return 128;
    }
    if (hiddenSize % heads != 0) {
      throw fields.wrong("hidden_size", hiddenSize + " is no multiple of " + heads + " heads");
    }
    return hiddenSize / heads;
  }

  private RopeScaling ropeScaling() {
    String name = fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    if (!fields.has(name)) {
      return new RopeScaling.None();
    }
    ModelJson scaling = fields.object(name);
    String typeField = scaling.has("rope_type") || !scaling.has("type") ? "rope_type" : "type";
    String type = scaling.string(typeField);
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear((float) scaling.positiveNumber("factor"));
      case "llama3" -> llama3(scaling);
      default ->
          throw scaling.wrong(
              typeField, "is " + type + "; supported are default, linear and llama3");
    };
  }

  private static RopeScaling llama3(ModelJson scaling) {
    float low = (float) scaling.positiveNumber("low_freq_factor");
    float high = (float) scaling.positiveNumber("high_freq_factor");
    if (low >= high) {
      throw scaling.wrong("high_freq_factor", "must be above low_freq_factor");
    }
    return new RopeScaling.Llama3(
        (float) scaling.positiveNumber("factor"),
        low,
        high,
        scaling.positive("original_max_position_embeddings", Integer.MAX_VALUE));
  }

  private int[] slidingWindows(int layers) {
    int[] windows = new int[layers];
    switch (architecture) {
      case LLAMA -> {}
      case MISTRAL -> {
        Arrays.fill(windows, slidingWindow());
      }
      case QWEN2, QWEN3 -> {
        if (fields.bool("use_sliding_window", false)) {
          int window = slidingWindow();
          for (int layer = 0; layer < layers; layer++) {
            windows[layer] = slides(layer, layers) ? window : 0;
          }
        }
      }
    }
    return windows;
  }

  /** The window's size, 0 for none. An absent field means 4,096, but null means none. */
  private int slidingWindow() {
    return fields.has("sliding_window") || !fields.mentions("sliding_window")
        ? fields.positive("sliding_window", Integer.MAX_VALUE, 4096)
        : 0;
  }

  private boolean slides(int layer, int layers) {
    if (!fields.has("layer_types")) {
      int[] first = fields.integers("max_window_layers");
      return layer >= (first.length == 0 ? 28 : first[0]);
    }
    String[] types = fields.strings("layer_types");
    if (types.length != layers) {
      throw fields.wrong("layer_types", "has " + types.length + " entries for " + layers);
    }
    return switch (types[layer]) {
      case "sliding_attention" -> true;
      case "full_attention" -> false;
      default ->
          throw fields.wrong(
              "layer_types", "holds " + types[layer] + ", must be full_ or sliding_attention");
    };
  }

  private Integer beginToken() {
    int[] tokens = fields.integers("bos_token_id");
    return tokens.length == 0 ? null : Integer.valueOf(tokens[0]);
  }
}
