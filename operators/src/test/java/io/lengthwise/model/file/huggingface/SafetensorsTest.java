package io.lengthwise.model.file.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lengthwise.model.ModelFiles;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.WeightFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

public class SafetensorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void everyTypeIsHandedOutAsItIs(ElementType type) {
    TestingSafetensors written = TestingSafetensors.llama(type);
    writeConfig();
    written.writeTo(folder.resolve("model.safetensors"));

    try (WeightFiles files = ModelFiles.weights(folder)) {
      assertThat(files.names()).isEqualTo(written.contents().keySet());
      assertHolds(files, written);
      assertThat(files.type("model.norm.weight")).isEqualTo(type);
    }
  }

  @Test
  void shardsAreOneModel() {
    TestingSafetensors all = TestingSafetensors.llama(ElementType.BF16);
    writeConfig();
    Map<String, String> index = new LinkedHashMap<>();
    for (int shard = 0; shard < 2; shard++) {
      String file = "model-0000" + (shard + 1) + "-of-00002.safetensors";
      all.half(shard).writeTo(folder.resolve(file));
      all.half(shard).contents().keySet().forEach(name -> index.put(name, file));
    }
    TestingSafetensors.writeIndex(folder, index);

    try (WeightFiles files = ModelFiles.weights(folder)) {
      assertHolds(files, all);
    }
  }

  @Test
  void rowsAreAPartOfTheTensor() {
    TestingSafetensors written = TestingSafetensors.llama(ElementType.F16);
    writeConfig();
    written.writeTo(folder.resolve("model.safetensors"));

    try (WeightFiles files = ModelFiles.weights(folder)) {
      String embedding = "model.embed_tokens.weight";
      byte[] all = written.contents().get(embedding);
      ByteBuffer rows = files.rows(embedding, 2, 3);
      assertThat(rows.isDirect()).isTrue();
      assertThat(rows.position()).isZero();
      assertThat(rows.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes(rows)).isEqualTo(Arrays.copyOfRange(all, 2 * 8, 5 * 8));
      assertThat(bytes(files.rows("model.norm.weight", 1, 2)))
          .isEqualTo(Arrays.copyOfRange(written.contents().get("model.norm.weight"), 2, 6));
    }
  }

  @Test
  void rowsThatAreNotThereAreRefused() {
    writeConfig();
    TestingSafetensors.llama(ElementType.F16).writeTo(folder.resolve("model.safetensors"));

    try (WeightFiles files = ModelFiles.weights(folder)) {
      for (long first : new long[] {-1, 6, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> files.rows("model.embed_tokens.weight", first, 1))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> files.rows("model.embed_tokens.weight", 0, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> files.rows("lm_head.weight", 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lm_head.weight");
    }
  }

  /** A sparse file of five GiB with one row of ones at each border. */
  @Test
  void tensorsBeyondTwoGibibytesAreReadToTheirEnd() throws IOException {
    long rows = 5L << 20;
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > 6L << 30, "needs 6 GiB of disk");
    Path path = folder.resolve("large.safetensors");
    String header =
        "{\"large\":{\"dtype\":\"F16\",\"shape\":[%d,512],\"data_offsets\":[0,%d]}}"
            .formatted(rows, rows * 1024);
    byte[] ones = new byte[1024];
    Arrays.fill(ones, (byte) 1);
    long start = Long.BYTES + header.length();
    TestingSafetensors.write(path, header, new byte[0]);
    long[] marked = {0, (1 << 20) - 1, 1 << 20, (2 << 20) - 1, 2 << 20, 4 << 20, rows - 1};
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(start + rows * 1024);
      for (long row : marked) {
        file.seek(start + row * 1024);
        file.write(ones);
      }
    }

    StoredTensor large = SafetensorsHeader.read(MappedFile.open(path)).get("large");

    for (long row : marked) {
      assertThat(bytes(large.rows(row, 1))).isEqualTo(ones);
    }
    ByteBuffer gibibyte = large.rows((2 << 20) - 1, 1 << 20);
    assertThat(gibibyte.remaining()).isEqualTo(1 << 30);
    assertThat(gibibyte.get(0)).isEqualTo((byte) 1);
    assertThat(gibibyte.get(2048)).isZero();
    assertThatThrownBy(() -> large.rows(0, (1 << 20) + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than");
  }

  @Test
  void headerMayBePadded() {
    Path path = folder.resolve("padded.safetensors");
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}     \n";
    TestingSafetensors.write(path, header, "abcd".getBytes(StandardCharsets.US_ASCII));
    assertThat(bytes(SafetensorsHeader.read(MappedFile.open(path)).get("a").rows(0, 1)))
        .isEqualTo("abcd".getBytes(StandardCharsets.US_ASCII));
  }

  private void writeConfig() {
    TestingSafetensors.write(folder.resolve("config.json"), TestingSafetensors.LLAMA_CONFIG);
  }

  private static void assertHolds(WeightFiles files, TestingSafetensors written) {
    written
        .contents()
        .forEach(
            (name, expected) ->
                assertThat(bytes(files.rows(name, 0, (int) files.shape(name)[0])))
                    .as(name)
                    .isEqualTo(expected));
  }

  public static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
