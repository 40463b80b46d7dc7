package io.lengthwise.model.file.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes GGUF files for tests, valid and invalid ones. */
public final class TestingGguf {
  private byte[] magic = {'G', 'G', 'U', 'F'};
  private int version = 3;
  private Long tensorCount;
  private Long entryCount;
  private int dataBytes;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Map<String, byte[]> tensors = new LinkedHashMap<>();

  /** A valid model of one layer, all F32 and zero. */
  public static TestingGguf llama() {
    TestingGguf gguf =
        new TestingGguf()
            .set("general.architecture", string("llama"))
            .set("llama.block_count", uint32(1))
            .set("llama.context_length", uint32(16))
            .set("llama.embedding_length", uint32(4))
            .set("llama.feed_forward_length", uint32(3))
            .set("llama.attention.head_count", uint32(2))
            .set("llama.attention.head_count_kv", uint32(1))
            .set("llama.attention.layer_norm_rms_epsilon", float32(1e-5f))
            .set("tokenizer.ggml.eos_token_id", uint32(2))
            .set("tokenizer.ggml.tokens", list(8, 2, concatenate(text("a"), text("b"))))
            .set("tokenizer.ggml.token_type", list(5, 2, new byte[8]));
    return gguf.tensor("token_embd.weight", 4, 6)
        .tensor("blk.0.attn_norm.weight", 4)
        .tensor("blk.0.attn_q.weight", 4, 4)
        .tensor("blk.0.attn_k.weight", 4, 2)
        .tensor("blk.0.attn_v.weight", 4, 2)
        .tensor("blk.0.attn_output.weight", 4, 4)
        .tensor("blk.0.ffn_norm.weight", 4)
        .tensor("blk.0.ffn_gate.weight", 4, 3)
        .tensor("blk.0.ffn_up.weight", 4, 3)
        .tensor("blk.0.ffn_down.weight", 3, 4)
        .tensor("output_norm.weight", 4);
  }

  TestingGguf magic(String value) {
    magic = value.getBytes(StandardCharsets.US_ASCII);
    return this;
  }

  TestingGguf version(int value) {
    version = value;
    return this;
  }

  TestingGguf claimTensors(long count) {
    tensorCount = count;
    return this;
  }

  TestingGguf claimEntries(long count) {
    entryCount = count;
    return this;
  }

  /** Adds or replaces an entry: its type's number and its value. */
  public TestingGguf set(String key, byte[] typedValue) {
    entries.put(key, typedValue);
    return this;
  }

  TestingGguf unset(String key) {
    entries.remove(key);
    return this;
  }

  TestingGguf withoutTensor(String name) {
    tensors.remove(name);
    return this;
  }

  /** Adds an F32 tensor after all others; sizes innermost first. */
  TestingGguf tensor(String name, long... sizes) {
    int offset = dataBytes;
    long elements = 1;
    for (long size : sizes) {
      elements *= size;
    }
    dataBytes = (int) (offset + elements * Float.BYTES + 31) / 32 * 32;
    return claim(name, 0, offset, sizes);
  }

  /** Adds or replaces a tensor with any claims about itself. */
  TestingGguf claim(String name, int type, long offset, long... sizes) {
    ByteBuffer info = buffer(Integer.BYTES * 2 + Long.BYTES * (sizes.length + 1));
    info.putInt(sizes.length);
    for (long size : sizes) {
      info.putLong(size);
    }
    tensors.put(name, info.putInt(type).putLong(offset).array());
    return this;
  }

  public byte[] build() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(magic);
    out.writeBytes(buffer(4).putInt(version).array());
    out.writeBytes(int64(tensorCount != null ? tensorCount : tensors.size()));
    out.writeBytes(int64(entryCount != null ? entryCount : entries.size()));
    entries.forEach((key, value) -> out.writeBytes(concatenate(text(key), value)));
    tensors.forEach((name, info) -> out.writeBytes(concatenate(text(name), info)));
    out.writeBytes(new byte[(32 - out.size() % 32) % 32 + dataBytes]);
    return out.toByteArray();
  }

  public static byte[] uint32(int value) {
    return buffer(8).putInt(4).putInt(value).array();
  }

  static byte[] uint64(long value) {
    return buffer(12).putInt(10).putLong(value).array();
  }

  static byte[] float32(float value) {
    return buffer(8).putInt(6).putFloat(value).array();
  }

  public static byte[] string(String value) {
    return concatenate(buffer(4).putInt(8).array(), text(value));
  }

  /** A list that claims a number of elements and contains other bytes. */
  public static byte[] list(int elementType, long count, byte[] content) {
    byte[] start = buffer(16).putInt(9).putInt(elementType).putLong(count).array();
    return concatenate(start, content);
  }

  /** A value of any type number. */
  static byte[] ofType(int type, byte[] content) {
    return concatenate(buffer(4).putInt(type).array(), content);
  }

  static byte[] text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return concatenate(int64(bytes.length), bytes);
  }

  static byte[] int64(long value) {
    return buffer(8).putLong(value).array();
  }

  static byte[] concatenate(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
