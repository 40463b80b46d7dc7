package io.lengthwise.model.file.huggingface;

import io.lengthwise.model.file.ModelConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Configurations of Hugging Face models, as their folders have them. */
abstract class HuggingFaceConfigFixture {

  static final String LLAMA_3 =
      """
      {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 128000,
       "eos_token_id": [128001, 128008, 128009], "head_dim": 64, "hidden_act": "silu",
       "hidden_size": 2048, "intermediate_size": 8192, "max_position_embeddings": 131072,
       "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32,
       "num_hidden_layers": 16, "num_key_value_heads": 8, "pretraining_tp": 1,
       "rms_norm_eps": 1e-05,
       "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
         "original_max_position_embeddings": 8192, "rope_type": "llama3"},
       "rope_theta": 500000.0, "tie_word_embeddings": true, "vocab_size": 128256}""";

  static final String SMOLLM2 =
      """
      {"architectures": ["LlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
       "hidden_act": "silu", "hidden_size": 576, "intermediate_size": 1536,
       "max_position_embeddings": 8192, "num_attention_heads": 9, "num_hidden_layers": 30,
       "num_key_value_heads": 3, "rms_norm_eps": 1e-05, "rope_scaling": null,
       "rope_theta": 100000, "tie_word_embeddings": true, "vocab_size": 49152}""";

  static final String MISTRAL =
      """
      {"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
       "head_dim": null, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
       "max_position_embeddings": 32768, "num_attention_heads": 32, "num_hidden_layers": 3,
       "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
       "sliding_window": 4096, "tie_word_embeddings": false, "vocab_size": 32000}""";

  static final String QWEN2 =
      """
      {"architectures": ["Qwen2ForCausalLM"], "bos_token_id": 151643, "eos_token_id": 151645,
       "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
       "max_position_embeddings": 32768, "max_window_layers": 2, "num_attention_heads": 14,
       "num_hidden_layers": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "sliding_window": 1024, "tie_word_embeddings": true,
       "use_sliding_window": false, "vocab_size": 151936}""";

  static final String QWEN3 =
      """
      {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "bos_token_id": 151643,
       "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 1024,
       "intermediate_size": 3072, "max_position_embeddings": 40960, "max_window_layers": 28,
       "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
       "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000,
       "sliding_window": null, "tie_word_embeddings": true, "use_sliding_window": false,
       "vocab_size": 151936}""";

  @TempDir Path folder;

  ModelConfig read(String config) {
    TestingSafetensors.write(folder.resolve("config.json"), config);
    return HuggingFaceConfig.read(folder);
  }

  ModelConfig read(String config, String generation) {
    TestingSafetensors.write(folder.resolve("generation_config.json"), generation);
    return read(config);
  }
}
