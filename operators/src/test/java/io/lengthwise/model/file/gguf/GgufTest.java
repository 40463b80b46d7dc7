package io.lengthwise.model.file.gguf;

import static io.lengthwise.model.file.huggingface.SafetensorsTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.file.huggingface.SafetensorsHeader;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the reference that {@code src/test/python/gguf_fixtures.py} computed. */
public class GgufTest {

  @ParameterizedTest
  @EnumSource
  void everyFormatIsReadAsTheReferenceReadsIt(GgufType type) {
    MappedFile file = MappedFile.open(fixture("blocks.gguf"));
    GgufTensor tensor = GgufHeader.read(file).tensors().get(type.name());
    StoredTensor expected = expected("blocks.safetensors").get(type.name());
    assertThat(tensor.shape()).isEqualTo(expected.shape());
    assertThat(type.elementType()).isEqualTo(expected.type());

    byte[] stored = new byte[(int) tensor.bytes()];
    file.read(tensor.offset(), stored);

    assertThat(type.isQuantised() ? decoded(type, stored, expected) : stored)
        .isEqualTo(bytes(expected.rows(0, (int) expected.shape()[0])));
  }

  private static byte[] decoded(GgufType type, byte[] stored, StoredTensor expected) {
    float[] numbers = new float[(int) (expected.bytes() / Float.BYTES)];
    type.decode(stored, numbers);
    ByteBuffer out =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(numbers);
    return out.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void modelsHaveHuggingFacesTensors(String architecture) {
    Map<String, StoredTensor> expected = expected(architecture + ".safetensors");
    try (WeightFiles files = ModelFiles.weights(fixture(architecture + ".gguf"))) {
      assertThat(files.names()).isEqualTo(expected.keySet());
      expected.forEach(
          (name, tensor) -> {
            assertThat(files.shape(name)).as(name).isEqualTo(tensor.shape());
            assertThat(files.type(name)).as(name).isEqualTo(tensor.type());
            int rows = (int) tensor.shape()[0];
            assertThat(bytes(files.rows(name, 0, rows)))
                .as(name)
                .isEqualTo(bytes(tensor.rows(0, rows)));
            assertThat(bytes(files.rows(name, 3, 2)))
                .as("two rows of " + name)
                .isEqualTo(bytes(tensor.rows(3, 2)));
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"self_attn.q_proj.weight", "self_attn.q_proj.bias", "mlp.up_proj.weight"})
  void rowsAreDirectAndLittleEndian(String name) {
    try (WeightFiles files = ModelFiles.weights(fixture("llama.gguf"))) {
      ByteBuffer rows = files.rows("model.layers.0." + name, 1, 5);
      assertThat(rows.isDirect()).isTrue();
      assertThat(rows.position()).isZero();
      assertThat(rows.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThatThrownBy(() -> files.rows("model.layers.0." + name, 30, 5))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void configurationOfLlama() {
    ModelConfig config = ModelFiles.weights(fixture("llama.gguf")).config();
    assertThat(config.architecture()).isEqualTo(Architecture.LLAMA);
    assertThat(config.vocabularySize()).isEqualTo(8);
    assertThat(config.hiddenSize()).isEqualTo(32);
    assertThat(config.layers()).isEqualTo(2);
    assertThat(config.heads()).isEqualTo(4);
    assertThat(config.keyValueHeads()).isEqualTo(2);
    assertThat(config.headSize()).isEqualTo(8);
    assertThat(config.intermediateSize()).isEqualTo(32);
    assertThat(config.contextLength()).isEqualTo(128);
    assertThat(config.normEpsilon()).isEqualTo(1e-5f);
    assertThat(config.ropeTheta()).isEqualTo(500_000);
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.slidingWindows()).containsExactly(0, 0);
    assertThat(config.beginToken()).isEqualTo(1);
  }

  @Test
  void ropeDivisorsDivideTheFrequencies() {
    float[] frequencies = ModelFiles.weights(fixture("llama.gguf")).config().inverseFrequencies();
    float[] undivided = ModelFiles.weights(fixture("qwen2.gguf")).config().inverseFrequencies();
    assertThat(frequencies)
        .containsExactly(undivided[0], undivided[1] / 2, undivided[2] / 4, undivided[3] / 8);
  }

  @Test
  void wellKnownEndingsEndAnswersBesideTheNamedOne() {
    assertThat(ModelFiles.weights(fixture("llama.gguf")).config().endTokens())
        .containsExactly(2, 0);
  }

  @Test
  void modelWithoutAHeadTiesItToTheEmbedding() {
    assertThat(ModelFiles.weights(fixture("qwen2.gguf")).config().tiedEmbeddings()).isTrue();
  }

  @Test
  void headsMayHaveASizeOfTheirOwn() {
    assertThat(ModelFiles.weights(fixture("qwen3.gguf")).config().headSize()).isEqualTo(16);
  }

  @Test
  void metadataIsReadByType() {
    GgufMetadata metadata = GgufMetadata.read(fixture("llama.gguf"));
    assertThat(metadata.string("tokenizer.ggml.model")).isEqualTo("gpt2");
    assertThat(metadata.string("absent", "otherwise")).isEqualTo("otherwise");
    assertThat(metadata.strings("tokenizer.ggml.tokens"))
        .containsExactly("<|endoftext|>", "<|im_start|>", "<|im_end|>", "a", "b", "ab", "Ġ", "é");
    assertThat(metadata.strings("tokenizer.ggml.merges")).containsExactly("a b");
    assertThat(metadata.ints("tokenizer.ggml.token_type")).containsExactly(3, 3, 3, 1, 1, 1, 1, 1);
    assertThat(metadata.floats("tokenizer.ggml.scores")).endsWith(-6f, -7.5f);
    assertThat(metadata.bool("tokenizer.ggml.add_bos_token", false)).isTrue();
    assertThat(metadata.integer("test.uint64")).isEqualTo(Long.MAX_VALUE);
    assertThat(metadata.integer("test.int8")).isEqualTo(-3);
    assertThat(metadata.integer("absent", 5)).isEqualTo(5);
    assertThat(metadata.number("test.float64")).isEqualTo(0.1);
    assertThat(metadata.number("llama.block_count")).isEqualTo(2);
  }

  @Test
  void metadataOfAnotherTypeNamesTheKey() {
    GgufMetadata metadata = GgufMetadata.read(fixture("llama.gguf"));
    for (String key : new String[] {"tokenizer.ggml.scores", "tokenizer.ggml.model", "absent"}) {
      assertThatThrownBy(() -> metadata.ints(key))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContainingAll("llama.gguf", key);
      assertThatThrownBy(() -> metadata.integer(key))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContainingAll("llama.gguf", key);
    }
  }

  @Test
  void halvesOfEveryKindAreExact() {
    short[] halves = {0x0000, (short) 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, (short) 0xc000};
    float[] expected = {0f, -0f, 0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, 1f, -2f};
    for (int i = 0; i < halves.length; i++) {
      byte[] half = {(byte) halves[i], (byte) (halves[i] >> 8)};
      assertThat(Dequantization.half(half, 0)).isEqualTo(expected[i]);
    }
    assertThat(Dequantization.half(new byte[] {0, 0x7c}, 0)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Dequantization.half(new byte[] {1, 0x7c}, 0)).isNaN();
  }

  public static Path fixture(String name) {
    try {
      return Path.of(GgufTest.class.getResource("/gguf/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, StoredTensor> expected(String name) {
    return SafetensorsHeader.read(MappedFile.open(fixture(name)));
  }
}
