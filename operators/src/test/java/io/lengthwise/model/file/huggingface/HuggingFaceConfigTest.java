package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.RopeScaling;
import io.lengthwise.request.Sampling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configurations of the supported families. */
class HuggingFaceConfigTest extends HuggingFaceConfigFixture {

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
}
