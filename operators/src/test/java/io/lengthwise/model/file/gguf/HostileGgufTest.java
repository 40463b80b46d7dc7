package io.lengthwise.model.file.gguf;

import static io.lengthwise.model.file.gguf.TestingGguf.float32;
import static io.lengthwise.model.file.gguf.TestingGguf.int64;
import static io.lengthwise.model.file.gguf.TestingGguf.list;
import static io.lengthwise.model.file.gguf.TestingGguf.ofType;
import static io.lengthwise.model.file.gguf.TestingGguf.string;
import static io.lengthwise.model.file.gguf.TestingGguf.uint32;
import static io.lengthwise.model.file.gguf.TestingGguf.uint64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.Mutation;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.file.huggingface.TestingSafetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid GGUF files. Each ends in an error with its position. */
class HostileGgufTest {
  private static final String UP = "blk.0.ffn_up.weight";
  private static final long UP_OFFSET = 416;

  @TempDir Path folder;

  @Test
  void theFileBeforeItLiesIsGood() {
    assertThat(open(TestingGguf.llama().build()).config().layers()).isEqualTo(1);
    assertThat(open(TestingGguf.llama().version(2).build()).config().layers()).isEqualTo(1);
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        lie("magic", gguf -> gguf.magic("GGML")),
        lie("version is 1;", gguf -> gguf.version(1)),
        lie("version is 50331648;", gguf -> gguf.version(3 << 24)),
        lie("tensor_count claims", gguf -> gguf.claimTensors(Long.MAX_VALUE)),
        lie("tensor_count claims 18446744073709551615", gguf -> gguf.claimTensors(-1)),
        lie("tensor_count lies beyond the end", gguf -> gguf.claimTensors(99_999)),
        lie("token_embd.weight is missing", gguf -> gguf.claimTensors(0)),
        lie("metadata_kv_count claims", gguf -> gguf.claimEntries(1L << 40)),
        lie("metadata_kv_count claims", gguf -> gguf.claimEntries(Long.MIN_VALUE)),
        lie("metadata_kv_count lies beyond", gguf -> gguf.claimEntries(60_000)),
        lie("key 12", gguf -> gguf.claimEntries(13)),
        lie("mlp.up_proj.weight is missing", gguf -> gguf.withoutTensor(UP)),
        lie("is none of a LlamaForCausalLM", gguf -> gguf.tensor("blk.0.ffn_up.bias", 3)),
        lie("is none of a LlamaForCausalLM", gguf -> gguf.tensor("blk.1.ffn_up.weight", 4, 3)),
        lie("is none of a LlamaForCausalLM", gguf -> gguf.tensor("blk.00.ffn_up.weight", 4, 3)),
        lie("under two names", gguf -> gguf.tensor("model.norm.weight", 4)),
        lie("has shape [4, 3]", gguf -> gguf.claim(UP, 0, UP_OFFSET, 3, 4)),
        lie("lies beyond the end", gguf -> gguf.claim(UP, 0, 1L << 62, 4, 3)),
        lie("lies beyond the end", gguf -> gguf.claim(UP, 0, 608, 4, 300)),
        lie("must be aligned", gguf -> gguf.claim(UP, 0, -32, 4, 3)),
        lie("must be aligned", gguf -> gguf.claim(UP, 0, 33, 4, 3)),
        lie("overlaps", gguf -> gguf.claim(UP, 0, 0, 4, 3)),
        lie("has shape [3, 0]", gguf -> gguf.claim(UP, 0, UP_OFFSET, 0, 3)),
        lie("has shape [-3, 4]", gguf -> gguf.claim(UP, 0, UP_OFFSET, 4, -3)),
        lie("too large", gguf -> gguf.claim(UP, 0, UP_OFFSET, 1L << 32, 1L << 32)),
        lie("too large", gguf -> gguf.claim(UP, 0, UP_OFFSET, Long.MAX_VALUE, 1)),
        lie("has 0 dimensions", gguf -> gguf.claim(UP, 0, UP_OFFSET)),
        lie("has 5 dimensions", gguf -> gguf.claim(UP, 0, UP_OFFSET, 4, 3, 1, 1, 1)),
        lie("stored as GGML type 10; supported", gguf -> gguf.claim(UP, 10, UP_OFFSET, 4, 3)),
        lie("stored as GGML type -1; supported", gguf -> gguf.claim(UP, -1, UP_OFFSET, 4, 3)),
        lie("cannot be stored as Q4_0", gguf -> gguf.claim(UP, 2, UP_OFFSET, 4, 3)),
        lie("cannot be stored as Q8_0", gguf -> gguf.claim("output_norm.weight", 8, 0, 32)),
        lie("general.architecture is missing", gguf -> gguf.unset("general.architecture")),
        lie("general.architecture is gemma; supported are llama", architecture("gemma")),
        lie("general.architecture is UINT32", set("general.architecture", uint32(1))),
        lie("llama.block_count is missing", gguf -> gguf.unset("llama.block_count")),
        lie("llama.block_count is 0", set("llama.block_count", uint32(0))),
        lie("llama.block_count is 4294967295", set("llama.block_count", uint32(-1))),
        lie("llama.block_count is 18446744073709551615", set("llama.block_count", uint64(-1))),
        lie("llama.block_count is STRING", set("llama.block_count", string("1"))),
        lie("blk.1.attn_norm.weight is missing|layers.1", set("llama.block_count", uint32(4096))),
        lie("head_count is above", set("llama.attention.head_count", uint32(5))),
        lie("share 3 key-value", set("llama.attention.head_count_kv", uint32(3))),
        lie("even size", set("llama.attention.head_count", uint32(4))),
        lie("epsilon is NaN", set("llama.attention.layer_norm_rms_epsilon", float32(Float.NaN))),
        lie("rope.freq_base is 0.0", set("llama.rope.freq_base", float32(0))),
        lie("rope.scaling.type is yarn", set("llama.rope.scaling.type", string("yarn"))),
        lie("rope.scaling.factor is missing", set("llama.rope.scaling.type", string("linear"))),
        lie("rope.dimension_count is 1", set("llama.rope.dimension_count", uint32(1))),
        lie("rope_freqs.weight must hold 1", gguf -> gguf.tensor("rope_freqs.weight", 2)),
        lie("holds 0.0, must be above", gguf -> gguf.tensor("rope_freqs.weight", 1)),
        lie("end token 6 is outside", set("tokenizer.ggml.eos_token_id", uint32(6))),
        lie("which is no token", set("tokenizer.ggml.eos_token_id", uint64(1L << 40))),
        lie("split.count is above 1", set("split.count", uint32(2))),
        lie("general.alignment is 0", set("general.alignment", uint32(0))),
        lie("general.alignment is 33", set("general.alignment", uint32(33))),
        lie("general.alignment is 2147483648", set("general.alignment", uint32(1 << 31))),
        lie("lies beyond the end|aligned", set("general.alignment", uint32(1 << 20))),
        lie("x has type 13", set("x", ofType(13, new byte[8]))),
        lie("x has type -1", set("x", ofType(-1, new byte[8]))),
        lie("x is a list of lists", set("x", list(9, 1, new byte[16]))),
        lie("x claims 9223372036854775807", set("x", list(0, Long.MAX_VALUE, new byte[0]))),
        lie("x claims 18446744073709551615", set("x", list(8, -1, new byte[0]))),
        lie("x lies beyond the end", set("x", list(12, 4_000_000, new byte[0]))),
        lie("x lies beyond the end", set("x", list(8, 4_000_000, new byte[0]))),
        lie("x claims", set("x", ofType(8, int64(1L << 40)))),
        lie("x lies beyond the end", set("x", ofType(8, int64(16_000_000)))),
        lie("is not UTF-8", set("tokenizer.ggml.tokens", list(8, 1, notUtf8()))),
        lie("tokens is a list of INT32", set("tokenizer.ggml.tokens", list(5, 0, new byte[0]))));
  }

  private static Arguments lie(String message, UnaryOperator<TestingGguf> change) {
    return arguments(message, change);
  }

  private static UnaryOperator<TestingGguf> set(String key, byte[] typedValue) {
    return gguf -> gguf.set(key, typedValue);
  }

  private static UnaryOperator<TestingGguf> architecture(String name) {
    return set("general.architecture", string(name));
  }

  private static byte[] notUtf8() {
    return TestingGguf.concatenate(int64(2), new byte[] {(byte) 0xc3, (byte) 0x28});
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void lyingFile(String message, UnaryOperator<TestingGguf> change) {
    byte[] file = change.apply(TestingGguf.llama()).build();
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("model.gguf")
        .satisfies(
            e ->
                assertThat(message.split("\\|"))
                    .as(e.getMessage())
                    .anyMatch(e.getMessage()::contains));
  }

  @Test
  void fileCutOffAnywhere() {
    byte[] good = TestingGguf.llama().build();
    for (int length = 0; length < good.length - 32; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> open(cut)).isInstanceOf(ModelFileException.class);
    }
  }

  @Test
  void pathThatIsNoModel() {
    assertThatThrownBy(() -> ModelFiles.weights(folder.resolve("absent.gguf")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("absent.gguf");
  }

  /** A file with flipped bits in its header can be read, or it is refused. */
  @Test
  void flippedBitsNeverEndOtherwise() throws IOException {
    byte[] small = TestingGguf.llama().build();
    byte[] real = Files.readAllBytes(GgufTest.fixture("llama.gguf"));
    Path file = folder.resolve("model.gguf");
    Random random = new Random(12);
    int opened = 0;
    for (int i = 0; i < 2500; i++) {
      byte[] good = i % 2 == 0 ? small : real;
      TestingSafetensors.write(file, Mutation.of(good, 2500, random));
      opened += Mutation.opensOrIsRefused(file) ? 1 : 0;
    }
    assertThat(opened).isBetween(1, 2499);
  }

  private WeightFiles open(byte[] content) {
    Path file = folder.resolve("model.gguf");
    TestingSafetensors.write(file, content);
    return ModelFiles.weights(file);
  }
}
