package io.lengthwise.model.file.huggingface;

import io.lengthwise.model.file.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes safetensors files and Hugging Face folders for tests. */
public final class TestingSafetensors {
  private final Random random = new Random(7);
  private final Map<String, ElementType> types = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, byte[]> contents = new LinkedHashMap<>();

  public static final String LLAMA_CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "vocab_size": 6, "hidden_size": 4,
       "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
       "intermediate_size": 3, "max_position_embeddings": 64, "bos_token_id": 1,
       "eos_token_id": 2, "tie_word_embeddings": true}""";

  /** Random tensors for {@link #LLAMA_CONFIG}. */
  public static TestingSafetensors llama(ElementType type) {
    TestingSafetensors tensors = new TestingSafetensors().add("model.norm.weight", type, 4);
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors
          .add(prefix + "input_layernorm.weight", type, 4)
          .add(prefix + "self_attn.q_proj.weight", type, 4, 4)
          .add(prefix + "self_attn.k_proj.weight", type, 2, 4)
          .add(prefix + "self_attn.v_proj.weight", type, 2, 4)
          .add(prefix + "self_attn.o_proj.weight", type, 4, 4)
          .add(prefix + "post_attention_layernorm.weight", type, 4)
          .add(prefix + "mlp.gate_proj.weight", type, 3, 4)
          .add(prefix + "mlp.up_proj.weight", type, 3, 4)
          .add(prefix + "mlp.down_proj.weight", type, 4, 3);
    }
    return tensors.add("model.embed_tokens.weight", type, 6, 4);
  }

  /** Adds or replaces a tensor of random bits. */
  TestingSafetensors add(String name, ElementType type, long... shape) {
    byte[] bytes = new byte[(int) Arrays.stream(shape).reduce(type.bytes(), (a, b) -> a * b)];
    random.nextBytes(bytes);
    types.put(name, type);
    shapes.put(name, shape);
    contents.put(name, bytes);
    return this;
  }

  TestingSafetensors remove(String name) {
    types.remove(name);
    shapes.remove(name);
    contents.remove(name);
    return this;
  }

  /** Returns every second tensor, from the first or the second on. */
  TestingSafetensors half(int which) {
    TestingSafetensors half = new TestingSafetensors();
    int index = 0;
    for (String name : types.keySet()) {
      if (index++ % 2 == which) {
        half.types.put(name, types.get(name));
        half.shapes.put(name, shapes.get(name));
        half.contents.put(name, contents.get(name));
      }
    }
    return half;
  }

  Map<String, byte[]> contents() {
    return contents;
  }

  public void writeTo(Path file) {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    contents.forEach(
        (name, bytes) -> {
          int start = data.size();
          data.writeBytes(bytes);
          header.append(
              ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      name,
                      types.get(name),
                      Arrays.toString(shapes.get(name)),
                      start,
                      data.size()));
        });
    write(file, header.append("}  ").toString(), data.toByteArray());
  }

  public static void write(Path file, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(Long.BYTES + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data);
    write(file, all.array());
  }

  /** Writes a new file. The old one may still be mapped and must not be truncated. */
  public static void write(Path file, byte[] content) {
    try {
      Files.deleteIfExists(file);
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void write(Path file, String content) {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes an index of shards: the file name of each tensor. */
  static void writeIndex(Path folder, Map<String, String> files) {
    write(
        folder.resolve("model.safetensors.index.json"),
        files.entrySet().stream()
            .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ", "{\"metadata\": {}, \"weight_map\": {", "}}")));
  }
}
