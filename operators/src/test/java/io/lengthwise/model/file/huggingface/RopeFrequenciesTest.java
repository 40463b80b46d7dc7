package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.RopeScaling;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The frequencies of rotary position embeddings, compared with transformers. */
class RopeFrequenciesTest extends HuggingFaceConfigFixture {

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
}
