package io.lengthwise.model.file;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the tensors of a model against its configuration: every required tensor is there and has
 * the required shape, and there is no tensor that the decoder would ignore.
 */
final class TensorCheck {
  private final Path file;
  private final WeightFiles weights;
  private final Set<String> known = new HashSet<>();

  private TensorCheck(Path file, WeightFiles weights) {
    this.file = file;
    this.weights = weights;
  }

  static void check(Path file, WeightFiles weights) {
    new TensorCheck(file, weights).run();
  }

  private void run() {
    ModelConfig config = weights.config();
    require("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize());
    for (int layer = 0; layer < config.layers(); layer++) {
      checkLayer(config, "model.layers." + layer + ".");
    }
    require("model.norm.weight", config.hiddenSize());
    requireIf(
        !config.tiedEmbeddings() || weights.has("lm_head.weight"),
        "lm_head.weight",
        config.vocabularySize(),
        config.hiddenSize());
    for (String name : weights.names()) {
      if (!known.contains(name) && !name.endsWith(".rotary_emb.inv_freq")) {
        throw new ModelFileException(
            file,
            "tensor "
                + name
                + " is none of a "
                + config.architecture().huggingFaceName()
                + " of "
                + config.layers()
                + " layers");
      }
    }
  }

  private void checkLayer(ModelConfig config, String prefix) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long head = config.headSize();
    long query = config.heads() * head;
    long keyValue = config.keyValueHeads() * head;
    boolean qwen2 = config.architecture() == Architecture.QWEN2;
    boolean qwen3 = config.architecture() == Architecture.QWEN3;

    require(prefix + "input_layernorm.weight", hidden);
    String attention = prefix + "self_attn.";
    require(attention + "q_proj.weight", query, hidden);
    require(attention + "k_proj.weight", keyValue, hidden);
    require(attention + "v_proj.weight", keyValue, hidden);
    require(attention + "o_proj.weight", hidden, query);
    requireIf(qwen2 || firstLayerHas("self_attn.q_proj.bias"), attention + "q_proj.bias", query);
    requireIf(qwen2 || firstLayerHas("self_attn.k_proj.bias"), attention + "k_proj.bias", keyValue);
    requireIf(qwen2 || firstLayerHas("self_attn.v_proj.bias"), attention + "v_proj.bias", keyValue);
    requireIf(firstLayerHas("self_attn.o_proj.bias"), attention + "o_proj.bias", hidden);
    if (qwen3) {
      require(attention + "q_norm.weight", head);
      require(attention + "k_norm.weight", head);
    }
    require(prefix + "post_attention_layernorm.weight", hidden);
    require(prefix + "mlp.gate_proj.weight", inner, hidden);
    require(prefix + "mlp.up_proj.weight", inner, hidden);
    require(prefix + "mlp.down_proj.weight", hidden, inner);
  }

  /** The decoder has one switch for all layers, so the first layer decides. */
  private boolean firstLayerHas(String name) {
    return weights.has("model.layers.0." + name);
  }

  private void requireIf(boolean required, String name, long... shape) {
    if (required) {
      require(name, shape);
    }
  }

  private void require(String name, long... shape) {
    if (!weights.has(name)) {
      throw new ModelFileException(file, "tensor " + name + " is missing");
    }
    if (!Arrays.equals(weights.shape(name), shape)) {
      throw new ModelFileException(
          file,
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(weights.shape(name))
              + ", its configuration asks for "
              + Arrays.toString(shape));
    }
    known.add(name);
  }
}
