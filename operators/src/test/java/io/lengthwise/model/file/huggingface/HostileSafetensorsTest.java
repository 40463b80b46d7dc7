package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.Mutation;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid files of a Hugging Face folder. Each ends in an error with its position. */
class HostileSafetensorsTest {
  private static final byte[] DATA = new byte[64];

  @TempDir Path folder;
  private Path weights;

  @BeforeEach
  void writeGoodModel() {
    weights = folder.resolve("model.safetensors");
    TestingSafetensors.write(folder.resolve("config.json"), TestingSafetensors.LLAMA_CONFIG);
    TestingSafetensors.llama(ElementType.F32).writeTo(weights);
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments("", "header"),
        arguments("[]", "must be an object"),
        arguments("nonsense", "not JSON"),
        arguments("{\"a\":", "not JSON"),
        arguments("{\"a\":1}", "a must be an object"),
        arguments("{} {}", "more after"),
        arguments("{\"a\":" + "[".repeat(100_000), "must be an object"),
        arguments("{\"__metadata__\":" + "[".repeat(100_000), "depth"),
        arguments("{\"a\":{\"x\":" + "{\"a\":".repeat(100_000), "depth"),
        arguments(tensor("\"F32\"", "[4]", "[0,16]") + "}", "not JSON|more after"),
        arguments("{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}", "a lacks"),
        arguments("{\"a\":{}}", "a lacks"),
        arguments(tensor("\"F64\"", "[4]", "[0,32]"), "a has dtype F64; supported"),
        arguments(tensor("{}", "[4]", "[0,16]"), "a has dtype"),
        arguments(tensor("null", "[4]", "[0,16]"), "a has dtype"),
        arguments(tensor("\"F32\"", "[]", "[0,4]"), "a has no dimension"),
        arguments(tensor("\"F32\"", "4", "[0,16]"), "a shape must be a list"),
        arguments(tensor("\"F32\"", "[4.0]", "[0,16]"), "a shape must be a list of whole"),
        arguments(tensor("\"F32\"", "[\"4\"]", "[0,16]"), "a shape must be a list of whole"),
        arguments(tensor("\"F32\"", "[-4]", "[0,16]"), "a has shape [-4]"),
        arguments(tensor("\"F32\"", "[0]", "[0,0]"), "a has shape [0]"),
        arguments(tensor("\"F32\"", "[4,1,1,1,1,1,1,1,1]", "[0,16]"), "more than 8"),
        arguments(tensor("\"F32\"", "[4294967296,4294967296]", "[0,0]"), "too large"),
        arguments(tensor("\"F32\"", "[4611686018427387905]", "[0,4]"), "too large"),
        arguments(tensor("\"F32\"", "[99999999999999999999]", "[0,4]"), "not JSON"),
        arguments(tensor("\"F32\"", "[4]", "[0]"), "a has data_offsets"),
        arguments(tensor("\"F32\"", "[4]", "[0,16,32]"), "a has data_offsets"),
        arguments(tensor("\"F32\"", "[4]", "[16,0]"), "a has data_offsets"),
        arguments(tensor("\"F32\"", "[4]", "[-16,0]"), "a has data_offsets"),
        arguments(tensor("\"F32\"", "[4]", "[0,12]"), "need 16 bytes"),
        arguments(tensor("\"F32\"", "[17]", "[0,68]"), "cut off"),
        arguments(tensor("\"F32\"", "[4]", "[9223372036854775791,9223372036854775807]"), "cut off"),
        arguments(twoTensors("a", "[0,16]", "b", "[12,28]"), "b overlaps a"),
        arguments(twoTensors("a", "[0,16]", "b", "[0,16]"), "overlaps"),
        arguments(twoTensors("a", "[0,16]", "a", "[16,32]"), "a is there twice"));
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(dtype, shape, offsets);
  }

  private static String twoTensors(String a, String offsetsOfA, String b, String offsetsOfB) {
    String tensor = "\"%s\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":%s}";
    return "{" + tensor.formatted(a, offsetsOfA) + "," + tensor.formatted(b, offsetsOfB) + "}";
  }

  @ParameterizedTest
  @MethodSource("headers")
  void lyingHeader(String header, String message) {
    TestingSafetensors.write(weights, header, DATA);
    assertRefused("model.safetensors", message);
  }

  static Stream<Arguments> rawFiles() {
    return Stream.of(
        arguments(new byte[0], "0 bytes"),
        arguments(new byte[] {1, 2, 3}, "too short"),
        arguments(claiming(Long.MAX_VALUE, 64), "claims 9223372036854775807"),
        arguments(claiming(-1, 64), "claims 18446744073709551615"),
        arguments(claiming(0, 64), "claims 0"),
        arguments(claiming(65, 64), "claims 65"),
        arguments(claiming(100_000_001, 64), "claims 100000001"),
        arguments(claiming(64, 64), "not JSON"));
  }

  private static byte[] claiming(long headerLength, int following) {
    return ByteBuffer.allocate(Long.BYTES + following)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .array();
  }

  @ParameterizedTest
  @MethodSource("rawFiles")
  void damagedFile(byte[] content, String message) {
    TestingSafetensors.write(weights, content);
    assertRefused("model.safetensors", message);
  }

  static Stream<Arguments> indexes() {
    return Stream.of(
        arguments("{}", "weight_map is missing"),
        arguments("{\"weight_map\": []}", "weight_map must be an object"),
        arguments("{\"weight_map\": {\"a\": 1}}", "weight_map.a must be a string"),
        arguments("{\"weight_map\": {\"a\": null}}", "weight_map.a is missing"),
        arguments("{\"weight_map\": {}}", "model.embed_tokens.weight is missing"),
        arguments(index("../shard.safetensors"), "of the same folder"),
        arguments(index("/etc/passwd"), "of the same folder"),
        arguments(index("a/../../shard.safetensors"), "of the same folder"),
        arguments(index("..\\\\shard.safetensors"), "of the same folder"),
        arguments(index("shard\\u0000.safetensors"), "of the same folder"),
        arguments(index("shard.safetensors\\n"), "of the same folder"),
        arguments(index(""), "of the same folder"),
        arguments(index("absent.safetensors"), "no such file"),
        arguments(index("shard.safetensors"), "does not hold it"),
        arguments("[".repeat(100_000), "depth"),
        arguments(" ".repeat((16 << 20) + 1), "longer than"));
  }

  private static String index(String file) {
    return "{\"weight_map\": {\"a\": \"" + file + "\"}}";
  }

  @ParameterizedTest
  @MethodSource("indexes")
  void lyingIndex(String index, String message) throws IOException {
    Files.move(weights, folder.resolve("shard.safetensors"));
    TestingSafetensors.write(folder.resolve("model.safetensors.index.json"), index);
    assertRefused("", message);
  }

  @Test
  void missingWeights() throws IOException {
    Files.delete(weights);
    assertRefused(folder.toString(), "neither model.safetensors nor");
  }

  @Test
  void weightsThatAreAFolder() throws IOException {
    Files.delete(weights);
    Files.createDirectory(weights);
    assertRefused("model.safetensors", "no such file");
  }

  @Test
  void missingTensor() {
    TestingSafetensors.llama(ElementType.F32)
        .remove("model.layers.1.mlp.up_proj.weight")
        .writeTo(weights);
    assertRefused("", "model.layers.1.mlp.up_proj.weight is missing");
  }

  @Test
  void tensorOfAnotherShape() {
    TestingSafetensors.llama(ElementType.F32)
        .add("model.layers.1.mlp.up_proj.weight", ElementType.F32, 4, 3)
        .writeTo(weights);
    assertRefused("", "model.layers.1.mlp.up_proj.weight has shape [4, 3]");
  }

  @Test
  void tensorThatTheDecoderWouldLeaveOut() {
    TestingSafetensors.llama(ElementType.F32)
        .add("model.layers.1.self_attn.q_proj.bias", ElementType.F32, 4)
        .writeTo(weights);
    assertRefused("", "model.layers.1.self_attn.q_proj.bias is none");
  }

  @Test
  void moreTensorsThanAnyModelHas() {
    String many =
        IntStream.range(0, 100_001)
            .mapToObj(
                i -> "\"%d\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}".formatted(i))
            .collect(Collectors.joining(",", "{", "}"));
    TestingSafetensors.write(weights, many, DATA);
    assertRefused("model.safetensors", "more than 100000 tensors");
  }

  /** A file with flipped bits can be read, or it is refused. */
  @Test
  void flippedBitsNeverEndOtherwise() throws IOException {
    Map<Path, byte[]> good = new HashMap<>();
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      good.put(folder.resolve(name), Files.readAllBytes(folder.resolve(name)));
    }
    Random random = new Random(11);
    int opened = 0;
    for (int i = 0; i < 1500; i++) {
      Path path = folder.resolve(i % 4 == 0 ? "config.json" : "model.safetensors");
      TestingSafetensors.write(path, Mutation.of(good.get(path), 2200, random));
      opened += Mutation.opensOrIsRefused(folder) ? 1 : 0;
      TestingSafetensors.write(path, good.get(path));
    }
    assertThat(opened).isBetween(1, 1499);
  }

  private void assertRefused(String file, String message) {
    assertThatThrownBy(() -> ModelFiles.weights(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(file)
        .satisfies(
            e ->
                assertThat(message.split("\\|"))
                    .as(e.getMessage())
                    .anyMatch(e.getMessage()::contains));
  }
}
