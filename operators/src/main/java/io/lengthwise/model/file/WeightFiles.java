package io.lengthwise.model.file;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The named tensors of a model's files. The files are mapped; tensors are read when rows are asked
 * for. Tensors have their Hugging Face names, also in a model that is a GGUF file.
 *
 * <p>The tensors match the model's configuration: every tensor that it requires is there and has
 * the required shape, and there is no tensor that the decoder would not use. An instance may be
 * used by one thread at a time.
 *
 * <p>Do not shorten the files while the model is open: native code that reads mapped memory beyond
 * the end of its file kills the process. Replace files by renaming.
 */
public final class WeightFiles implements AutoCloseable {

  /** The most bytes that one call of {@link #rows} returns. */
  public static final int MAX_BYTES = MappedFile.MAX_SLICE;

  private final ModelConfig config;
  private final Map<String, WeightTensor> tensors;

  private WeightFiles(ModelConfig config, Map<String, ? extends WeightTensor> tensors) {
    this.config = config;
    this.tensors = new LinkedHashMap<>(tensors);
  }

  /**
   * Checks the tensors of a model against its configuration.
   *
   * @param path the model's file or folder, for messages
   * @param tensors the tensors by their Hugging Face names
   * @throws ModelFileException if a tensor is missing, has a wrong shape or would not be used
   */
  public static WeightFiles of(
      Path path, ModelConfig config, Map<String, ? extends WeightTensor> tensors) {
    WeightFiles files = new WeightFiles(config, tensors);
    TensorCheck.check(path, files);
    return files;
  }

  public ModelConfig config() {
    return config;
  }

  /** The names of all tensors. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** The sizes of a tensor's dimensions, outermost first. */
  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  /** The number of elements of all tensors. */
  public long elements() {
    return tensors.values().stream()
        .mapToLong(tensor -> Arrays.stream(tensor.shape()).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** The type of the numbers that {@link #rows} returns. */
  public ElementType type(String name) {
    return tensor(name).type();
  }

  /**
   * Returns consecutive rows of a tensor. Rows are the slices of the outermost dimension; the rows
   * of a vector are its elements.
   *
   * <p>Rows that must be dequantized or reordered take direct memory, which Flink limits ({@code
   * taskmanager.memory.task.off-heap.size}). So ask for some MiB at a time.
   *
   * @return a direct little-endian buffer at position 0, of at most {@link #MAX_BYTES}; a part of
   *     the mapped file if its bytes can be used as they are, otherwise memory that the next call
   *     overwrites
   * @throws IllegalArgumentException if there is no such tensor, it has no such rows, or they have
   *     too many bytes
   */
  public ByteBuffer rows(String name, long first, int count) {
    return tensor(name).rows(first, count);
  }

  /** Forgets the tensors. Memory is unmapped when the last buffer that was returned is freed. */
  @Override
  public void close() {
    tensors.clear();
  }

  private WeightTensor tensor(String name) {
    WeightTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the model has no tensor named " + name);
    }
    return tensor;
  }
}
