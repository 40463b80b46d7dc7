package io.lengthwise.model.decoder;

import io.lengthwise.model.file.WeightFiles;
import java.util.List;
import java.util.Map;

/** Passes the tensors of a model's files to the decoder program, layer by layer. */
final class WeightLoader {

  /** The bytes that are passed at once, if a tensor is decoded into a buffer. */
  private static final long CHUNK_BYTES = 8L << 20;

  private static final Map<String, String> VECTORS =
      Map.of(
          "input_norm", "input_layernorm.weight",
          "post_attention_norm", "post_attention_layernorm.weight",
          "query_norm", "self_attn.q_norm.weight",
          "key_norm", "self_attn.k_norm.weight");

  private static final Map<String, String> LINEARS =
      Map.of(
          "query", "self_attn.q_proj",
          "key", "self_attn.k_proj",
          "value", "self_attn.v_proj",
          "output", "self_attn.o_proj",
          "gate", "mlp.gate_proj",
          "up", "mlp.up_proj",
          "down", "mlp.down_proj");

  private final Decoder decoder;
  private final WeightFiles files;

  WeightLoader(Decoder decoder, WeightFiles files) {
    this.decoder = decoder;
    this.files = files;
  }

  void load() {
    decoder.configure();
    for (int layer = 0; layer < files.config().layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      VECTORS.forEach((name, file) -> fill(name, prefix + file));
      LINEARS.forEach(
          (name, file) ->
              List.of(".weight", ".bias").forEach(part -> fill(name + part, prefix + file + part)));
      decoder.addLayer();
    }
    fill("norm", "model.norm.weight");
    fill("embedding", "model.embed_tokens.weight");
    if (!files.config().tiedEmbeddings()) {
      fill("head.weight", "lm_head.weight");
    }
    decoder.finish();
  }

  /**
   * Stages a tensor. The files were checked when they were opened, so a missing tensor is optional.
   */
  private void fill(String name, String file) {
    if (!files.has(file)) {
      return;
    }
    long[] shape = files.shape(file);
    long rowBytes = Float.BYTES;
    for (int dimension = 1; dimension < shape.length; dimension++) {
      rowBytes *= shape[dimension];
    }
    int chunk = (int) Math.max(1, CHUNK_BYTES / rowBytes);
    for (long first = 0; first < shape[0]; first += chunk) {
      int count = (int) Math.min(chunk, shape[0] - first);
      decoder.fill(name, shape, first, files.rows(file, first, count), files.type(file));
    }
  }
}
