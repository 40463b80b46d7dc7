package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.ModelFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Configurations that are wrong or not supported. */
class RefusedHuggingFaceConfigTest extends HuggingFaceConfigFixture {

  static Stream<Arguments> badConfigs() {
    return Stream.of(
        arguments(LLAMA_3.replace("LlamaForCausalLM", "GemmaForCausalLM"), "is GemmaForCausalLM"),
        arguments(LLAMA_3.replace("[\"LlamaForCausalLM\"]", "[]"), "list of one name"),
        arguments(LLAMA_3.replace("[\"LlamaForCausalLM\"]", "[1]"), "list of strings"),
        arguments(LLAMA_3.replace("[\"LlamaForCausalLM\"]", "3"), "list of strings"),
        arguments(LLAMA_3.replace("architectures", "architecture"), "architectures is missing"),
        arguments(LLAMA_3.replace("silu", "gelu"), "hidden_act is gelu"),
        arguments(LLAMA_3.replace("\"mlp_bias\": false", "\"mlp_bias\": true"), "mlp_bias"),
        arguments(LLAMA_3.replace("\"mlp_bias\": false", "\"mlp_bias\": 0"), "true or false"),
        arguments(with("\"quantization_config\": {}"), "quantization_config is set"),
        arguments(with("\"partial_rotary_factor\": 0.5"), "partial_rotary_factor"),
        arguments(LLAMA_3.replace("\"llama3\"", "\"yarn\""), "rope_scaling.rope_type is yarn"),
        arguments(
            LLAMA_3.replace("\"rope_type\"", "\"kind\""), "rope_scaling.rope_type is missing"),
        arguments(LLAMA_3.replace("\"factor\": 32.0", "\"factor\": 0"), "rope_scaling.factor"),
        arguments(LLAMA_3.replace("\"factor\": 32.0", "\"factor\": 1e999"), "rope_scaling.factor"),
        arguments(LLAMA_3.replace("\"factor\": 32.0", "\"factor\": \"8\""), "rope_scaling.factor"),
        arguments(LLAMA_3.replace("_factor\": 4.0", "_factor\": 1.0"), "high_freq_factor"),
        arguments(LLAMA_3.replace(": 16,", ": 2147483648,"), "num_hidden_layers must be"),
        arguments(LLAMA_3.replace(": 16,", ": 2147483647,"), "num_hidden_layers is 2147483647"),
        arguments(LLAMA_3.replace(": 16,", ": -1,"), "num_hidden_layers is -1"),
        arguments(LLAMA_3.replace(": 16,", ": 1.5,"), "num_hidden_layers must be"),
        arguments(LLAMA_3.replace(": 16,", ": null,"), "num_hidden_layers is missing"),
        arguments(LLAMA_3.replace("heads\": 8", "heads\": 5"), "cannot share 5 key-value heads"),
        arguments(LLAMA_3.replace("\"head_dim\": 64", "\"head_dim\": 63"), "even size"),
        arguments(SMOLLM2.replace("heads\": 9", "heads\": 7"), "is no multiple of 7 heads"),
        arguments(LLAMA_3.replace("128001", "128256"), "end token 128256 is outside"),
        arguments(LLAMA_3.replace("128001", "-1"), "end token -1 is outside"),
        arguments(LLAMA_3.replace("128001", "\"2\""), "eos_token_id must be"),
        arguments(LLAMA_3.replace(": 128000", ": 1e3"), "bos_token_id must be"),
        arguments("[]", "not a JSON object"),
        arguments("", "not a JSON object"),
        arguments("{\"a\": 1} x", "cannot be read as JSON"),
        arguments("{\"a\":".repeat(100_000), "cannot be read as JSON"));
  }

  private static String with(String field) {
    return "{" + field + ", " + LLAMA_3.substring(1);
  }

  @ParameterizedTest
  @MethodSource("badConfigs")
  void badConfigNamesFileAndField(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("config.json", message);
  }

  static Stream<Arguments> badGenerationConfigs() {
    return Stream.of(
        arguments("{\"temperature\": -1}", "temperature"),
        arguments("{\"temperature\": 2.5}", "temperature"),
        arguments("{\"top_p\": 1.5}", "top_p"),
        arguments("{\"top_p\": 0}", "top_p"),
        arguments("{\"top_k\": -1}", "top_k"),
        arguments("{\"min_p\": 2}", "min_p"),
        arguments("{\"repetition_penalty\": 0}", "repetition_penalty"),
        arguments("{\"repetition_penalty\": 1e30}", "repetition_penalty"),
        arguments("{\"do_sample\": \"yes\"}", "do_sample"));
  }

  @ParameterizedTest
  @MethodSource("badGenerationConfigs")
  void badGenerationConfigNamesFileAndField(String json, String field) {
    assertThatThrownBy(() -> read(QWEN2, json))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContainingAll("generation_config.json", field);
  }

  @Test
  void folderWithoutConfigIsNamed() {
    assertThatThrownBy(() -> ModelFiles.weights(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("config.json: no such file");
  }
}
