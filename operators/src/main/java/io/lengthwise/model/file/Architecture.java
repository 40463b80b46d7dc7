package io.lengthwise.model.file;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The model families that the decoder runs. */
public enum Architecture {
  /** Also SmolLM and SmolLM2, and every model that GGUF calls llama. */
  LLAMA("LlamaForCausalLM", "llama"),
  /** Llama with a sliding window; GGUF calls it llama. */
  MISTRAL("MistralForCausalLM", null),
  /** Llama with biases on query, key and value. */
  QWEN2("Qwen2ForCausalLM", "qwen2"),
  /** Llama with norms on query and key. */
  QWEN3("Qwen3ForCausalLM", "qwen3");

  private final String huggingFaceName;
  private final String ggufName;

  Architecture(String huggingFaceName, String ggufName) {
    this.huggingFaceName = huggingFaceName;
    this.ggufName = ggufName;
  }

  public static Optional<Architecture> ofHuggingFace(String name) {
    return Arrays.stream(values()).filter(a -> a.huggingFaceName.equals(name)).findFirst();
  }

  public static Optional<Architecture> ofGguf(String name) {
    return Arrays.stream(values()).filter(a -> name.equals(a.ggufName)).findFirst();
  }

  /** The name in config.json's {@code architectures}. */
  public String huggingFaceName() {
    return huggingFaceName;
  }

  public static String huggingFaceNames() {
    return Arrays.stream(values()).map(a -> a.huggingFaceName).collect(Collectors.joining(", "));
  }

  public static String ggufNames() {
    return Arrays.stream(values())
        .map(a -> a.ggufName)
        .filter(name -> name != null)
        .collect(Collectors.joining(", "));
  }
}
