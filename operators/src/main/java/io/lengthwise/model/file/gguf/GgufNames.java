package io.lengthwise.model.file.gguf;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Hugging Face names of the tensors of a GGUF file. */
final class GgufNames {
  /** The divisors of the rotary embedding's frequencies. Hugging Face has no such tensor. */
  static final String ROPE_DIVISORS = "rope_freqs.weight";

  private static final Pattern BLOCK =
      Pattern.compile("blk\\.(0|[1-9][0-9]{0,4})\\.(\\w+)\\.(weight|bias)");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private static final Map<String, String> INSIDE =
      Map.ofEntries(
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"));

  private GgufNames() {}

  /** The Hugging Face name of a tensor, or its GGUF name if there is none. */
  static String huggingFace(String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches() || !INSIDE.containsKey(block.group(2))) {
      return OUTSIDE.getOrDefault(name, name);
    }
    return "model.layers."
        + block.group(1)
        + "."
        + INSIDE.get(block.group(2))
        + "."
        + block.group(3);
  }
}
