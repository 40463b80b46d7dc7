package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.RopeScaling;
import io.lengthwise.request.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceConfigTest {
  private static final String LLAMA_3 =
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

  private static final String SMOLLM2 =
      """
      {"architectures": ["LlamaForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
       "hidden_act": "silu", "hidden_size": 576, "intermediate_size": 1536,
       "max_position_embeddings": 8192, "num_attention_heads": 9, "num_hidden_layers": 30,
       "num_key_value_heads": 3, "rms_norm_eps": 1e-05, "rope_scaling": null,
       "rope_theta": 100000, "tie_word_embeddings": true, "vocab_size": 49152}""";

  private static final String MISTRAL =
      """
      {"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
       "head_dim": null, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
       "max_position_embeddings": 32768, "num_attention_heads": 32, "num_hidden_layers": 3,
       "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
       "sliding_window": 4096, "tie_word_embeddings": false, "vocab_size": 32000}""";

  private static final String QWEN2 =
      """
      {"architectures": ["Qwen2ForCausalLM"], "bos_token_id": 151643, "eos_token_id": 151645,
       "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
       "max_position_embeddings": 32768, "max_window_layers": 2, "num_attention_heads": 14,
       "num_hidden_layers": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "sliding_window": 1024, "tie_word_embeddings": true,
       "use_sliding_window": false, "vocab_size": 151936}""";

  private static final String QWEN3 =
      """
      {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "bos_token_id": 151643,
       "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 1024,
       "intermediate_size": 3072, "max_position_embeddings": 40960, "max_window_layers": 28,
       "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
       "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000,
       "sliding_window": null, "tie_word_embeddings": true, "use_sliding_window": false,
       "vocab_size": 151936}""";

  @TempDir Path folder;

  @Test
  void llama3() {
    ModelConfig config = read(LLAMA_3);
    assertThat(config.architecture()).isEqualTo(Architecture.LLAMA);
    assertThat(config.vocabularySize()).isEqualTo(128_256);
    assertThat(config.hiddenSize()).isEqualTo(2048);
    assertThat(config.layers()).isEqualTo(16);
    assertThat(config.heads()).isEqualTo(32);
    assertThat(config.keyValueHeads()).isEqualTo(8);
    assertThat(config.headSize()).isEqualTo(64);
    assertThat(config.intermediateSize()).isEqualTo(8192);
    assertThat(config.contextLength()).isEqualTo(131_072);
    assertThat(config.normEpsilon()).isEqualTo(1e-5f);
    assertThat(config.ropeTheta()).isEqualTo(500_000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(32, 1, 4, 8192));
    assertThat(config.tiedEmbeddings()).isTrue();
    assertThat(config.slidingWindows()).hasSize(16).containsOnly(0);
    assertThat(config.endTokens()).containsExactly(128_001, 128_008, 128_009);
    assertThat(config.beginToken()).isEqualTo(128_000);
    assertThat(config.sampling()).isEqualTo(Sampling.DEFAULTS);
  }

  /** transformers 4.53.3: ROPE_INIT_FUNCTIONS["llama3"]. */
  @Test
  void llama3ScalesEachFrequencyByItsWave() {
    assertFrequencies(
        read(LLAMA_3),
        1.0f,
        0.6636013f,
        0.44036663f,
        0.29222783f,
        0.19392276f,
        0.12868738f,
        0.0853971f,
        0.05666962f,
        0.03760603f,
        0.024955409f,
        0.01656044f,
        0.010989529f,
        0.007292665f,
        0.0048394212f,
        0.003211446f,
        0.001290548f,
        0.0004295567f,
        9.708286e-05f,
        1.9461639e-05f,
        1.29147675e-05f,
        8.570256e-06f,
        5.6872323e-06f,
        3.7740544e-06f,
        2.5044671e-06f,
        1.6619674e-06f,
        1.1028836e-06f,
        7.3187493e-07f,
        4.856731e-07f,
        3.222933e-07f,
        2.1387423e-07f,
        1.419272e-07f,
        9.4183065e-08f);
  }

  /** transformers 4.53.3: ROPE_INIT_FUNCTIONS["default"], the first eight and the last. */
  @Test
  void smolLm2HasPlainFrequencies() {
    ModelConfig config = read(SMOLLM2);
    assertThat(config.headSize()).isEqualTo(64);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
    assertFrequencies(
        config,
        1.0f,
        0.69783056f,
        0.48696753f,
        0.33982083f,
        0.23713736f,
        0.1654817f,
        0.1154782f,
        0.08058421f);
    assertThat(config.inverseFrequencies()).hasSize(32).endsWith(1.4330127e-05f);
  }

  /** transformers 4.53.3: ROPE_INIT_FUNCTIONS["linear"], the first eight. */
  @Test
  void linearScalingDividesAllFrequencies() {
    String scaling = "{\"type\": \"linear\", \"factor\": 4.0}";
    ModelConfig config =
        read(
            SMOLLM2
                .replace("\"rope_scaling\": null", "\"rope_scaling\": " + scaling)
                .replace("100000", "10000"));
    assertFrequencies(
        config,
        0.25f,
        0.18747355f,
        0.14058533f,
        0.10542413f,
        0.07905694f,
        0.05928434f,
        0.044456985f,
        0.033338036f);
  }

  @Test
  void ropeParametersOfNewerFoldersMeanTheSame() {
    String parameters = "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 100000}";
    ModelConfig config =
        read(
            SMOLLM2
                .replace("\"rope_scaling\": null", parameters)
                .replace("\"rope_theta\": 100000, \"tie", "\"tie"));
    assertThat(config.inverseFrequencies()).isEqualTo(read(SMOLLM2).inverseFrequencies());
  }

  @Test
  void mistralSlidesInAllLayers() {
    ModelConfig config = read(MISTRAL);
    assertThat(config.architecture()).isEqualTo(Architecture.MISTRAL);
    assertThat(config.headSize()).isEqualTo(128);
    assertThat(config.slidingWindows()).containsExactly(4096, 4096, 4096);
    assertThat(read(MISTRAL.replace("\"sliding_window\": 4096, ", "")).slidingWindows())
        .containsOnly(4096);
    assertThat(
            read(MISTRAL.replace("\"sliding_window\": 4096", "\"sliding_window\": null"))
                .slidingWindows())
        .containsOnly(0);
  }

  @Test
  void qwen2SlidesWhereItIsToldTo() {
    assertThat(read(QWEN2).architecture()).isEqualTo(Architecture.QWEN2);
    assertThat(read(QWEN2).slidingWindows()).containsExactly(0, 0, 0, 0);
    String sliding = QWEN2.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true");
    assertThat(read(sliding).slidingWindows()).containsExactly(0, 0, 1024, 1024);
    String types =
        sliding.replace(
            "\"hidden_act\"",
            "\"layer_types\": [\"sliding_attention\", \"full_attention\","
                + " \"sliding_attention\", \"full_attention\"], \"hidden_act\"");
    assertThat(read(types).slidingWindows()).containsExactly(1024, 0, 1024, 0);
  }

  @Test
  void qwen3HasHeadsOfTheirOwnSize() {
    ModelConfig config = read(QWEN3);
    assertThat(config.architecture()).isEqualTo(Architecture.QWEN3);
    assertThat(config.headSize()).isEqualTo(128);
    assertThat(config.inverseFrequencies()).hasSize(64);
    assertThat(read(QWEN3.replace("\"head_dim\": 128, ", "")).headSize()).isEqualTo(128);
  }

  @Test
  void generationConfigNamesTheEndTokens() {
    assertThat(read(QWEN2, "{\"eos_token_id\": [151645, 151643]}").endTokens())
        .containsExactly(151_645, 151_643);
    assertThat(read(QWEN2, "{\"eos_token_id\": 7}").endTokens()).containsExactly(7);
    assertThat(read(QWEN2, "{}").endTokens()).containsExactly(151_645);
  }

  @Test
  void samplingIsTheModelsWhereItSamples() {
    String numbers =
        "\"temperature\": 0.7, \"top_k\": 20, \"top_p\": 0.8, \"repetition_penalty\": 1.05";
    Sampling expected =
        new Sampling(0.7f, 20, 0.8f, 0f, 1.05f, null, List.of(), List.of(), Map.of());
    assertThat(read(QWEN2, "{\"do_sample\": true, " + numbers + "}").sampling())
        .isEqualTo(expected);
    assertThat(read(QWEN2, "{" + numbers + "}").sampling()).isEqualTo(expected);
    assertThat(read(QWEN2, "{\"do_sample\": false, " + numbers + "}").sampling())
        .isEqualTo(Sampling.DEFAULTS);
    assertThat(read(QWEN2, "{}").sampling()).isEqualTo(Sampling.DEFAULTS);
  }

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

  /** Within one unit in the last place, because the reference's power function rounds once more. */
  private static void assertFrequencies(ModelConfig config, float... expected) {
    float[] frequencies = config.inverseFrequencies();
    assertThat(frequencies).hasSize(config.headSize() / 2);
    assertThat(IntStream.range(0, expected.length))
        .allSatisfy(
            i ->
                assertThat(Math.abs(frequencies[i] - expected[i]))
                    .as("frequency " + i)
                    .isLessThanOrEqualTo(2 * Math.ulp(expected[i])));
  }

  private ModelConfig read(String config) {
    TestingSafetensors.write(folder.resolve("config.json"), config);
    return HuggingFaceConfig.read(folder);
  }

  private ModelConfig read(String config, String generation) {
    TestingSafetensors.write(folder.resolve("generation_config.json"), generation);
    return read(config);
  }
}
