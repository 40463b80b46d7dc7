package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.Architecture;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.TensorCheck;
import io.lengthwise.model.file.WeightFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A GGUF file. Quantised tensors are decoded to F32 as their rows are asked for.
 *
 * <p>For the llama architecture GGUF keeps each head's query and key rows in another order: row
 * {@code 2 i + a} of a head is Hugging Face's row {@code i + a * headSize / 2}, where a is 0 or 1.
 * Rows are handed out in Hugging Face's order.
 */
public final class Gguf implements WeightFiles {
  private static final int ELEMENTS_PER_TASK = 1 << 16;

  private final MappedFile file;
  private final GgufMetadata metadata;
  private final ModelConfig config;
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  /** What was handed out last, if it is no part of the file. */
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  private Gguf(MappedFile file, GgufHeader header) {
    this.file = file;
    this.metadata = header.metadata();
    this.config = GgufConfig.read(file, header);
    for (GgufTensor tensor : header.tensors().values()) {
      String name = GgufNames.huggingFace(tensor.name());
      if (!name.equals(GgufNames.ROPE_DIVISORS) && tensors.put(name, tensor) != null) {
        throw metadata.wrong("tensor " + tensor.name(), "is there under two names");
      }
    }
  }

  public static Gguf open(Path path) {
    MappedFile file = MappedFile.open(path);
    Gguf gguf = new Gguf(file, GgufHeader.read(file));
    TensorCheck.check(path, gguf);
    return gguf;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  @Override
  public ElementType type(String name) {
    return tensor(name).type().elementType();
  }

  @Override
  public ByteBuffer rows(String name, long first, int count) {
    GgufTensor tensor = tensor(name);
    StoredTensor.checkRows(tensor.shape(), tensor.rowElements() * type(name).bytes(), first, count);
    boolean reordered = isReordered(name);
    if (!tensor.type().isQuantised() && !reordered) {
      return new StoredTensor(file, type(name), tensor.shape(), tensor.offset(), tensor.bytes())
          .rows(first, count);
    }
    return tensor.type().isQuantised()
        ? decoded(tensor, reordered, first, count)
        : copied(tensor, first, count);
  }

  private ByteBuffer decoded(GgufTensor tensor, boolean reordered, long first, int count) {
    int elements = (int) tensor.rowElements();
    ByteBuffer out = buffer(count * elements * Float.BYTES);
    FloatBuffer floats = out.asFloatBuffer();
    int rowsPerTask = Math.max(1, ELEMENTS_PER_TASK / elements);
    IntStream.range(0, (count - 1) / rowsPerTask + 1)
        .parallel()
        .forEach(
            task -> {
              byte[] stored = new byte[(int) (tensor.bytes() / tensor.shape()[0])];
              float[] row = new float[elements];
              int end = Math.min(count, (task + 1) * rowsPerTask);
              for (int i = task * rowsPerTask; i < end; i++) {
                readRow(tensor, reordered, first + i, stored);
                tensor.type().decode(stored, row);
                floats.put(i * elements, row);
              }
            });
    return out;
  }

  private ByteBuffer copied(GgufTensor tensor, long first, int count) {
    byte[] row = new byte[(int) (tensor.bytes() / tensor.shape()[0])];
    ByteBuffer out = buffer(count * row.length);
    for (int i = 0; i < count; i++) {
      readRow(tensor, true, first + i, row);
      out.put(row);
    }
    return out.flip();
  }

  private ByteBuffer buffer(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void readRow(GgufTensor tensor, boolean reordered, long row, byte[] into) {
    long stored = reordered ? storedRow(row) : row;
    file.read(tensor.offset() + stored * into.length, into);
  }

  private long storedRow(long row) {
    int size = config.headSize();
    int half = size / 2;
    long within = row % size;
    return row - within + within % half * 2 + within / half;
  }

  private boolean isReordered(String name) {
    return config.architecture() == Architecture.LLAMA
        && (name.contains(".q_proj.") || name.contains(".k_proj."));
  }

  @Override
  public void close() {
    tensors.clear();
  }

  private GgufTensor tensor(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor named " + name);
    }
    return tensor;
  }
}
