package io.lengthwise.model.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * The named tensors of a model's files, mapped and not read. Names are Hugging Face's, also for
 * GGUF.
 *
 * <p>An opened model is whole: every tensor its configuration asks for is there, in the shape that
 * the configuration asks for, inside its file, and there is none that the decoder would not use.
 * For one thread at a time.
 *
 * <p>The files must not be shortened while a model is open: memory mapped beyond a file's end
 * cannot be read, and native code that tries kills the process. Replace files by renaming.
 */
public interface WeightFiles extends AutoCloseable {

  /** The most bytes that {@link #rows} hands out at a time. */
  int MAX_BYTES = MappedFile.MAX_SLICE;

  ModelConfig config();

  /** The names of all tensors. */
  Set<String> names();

  boolean has(String name);

  /** The sizes of a tensor, outermost first. */
  long[] shape(String name);

  /** The numbers in all tensors. */
  default long elements() {
    return names().stream()
        .mapToLong(name -> Arrays.stream(shape(name)).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** What {@link #rows} hands out. */
  ElementType type(String name);

  /**
   * Some rows of a tensor (of its outermost dimension; a vector's rows are its elements), one after
   * the other.
   *
   * <p>Rows that must be decoded or put in order take direct memory, which Flink limits ({@code
   * taskmanager.memory.task.off-heap.size}): ask for some MiB at a time.
   *
   * @return a direct little-endian buffer at position 0, at most {@link #MAX_BYTES} long; a part of
   *     the mapped file where its bytes can be used as they are, else of memory that the next call
   *     uses again
   * @throws IllegalArgumentException if there is no such tensor, it has no such rows, or they are
   *     too many bytes
   */
  ByteBuffer rows(String name, long first, int count);

  /** Forgets the files. Memory is unmapped when the last buffer that was handed out goes. */
  @Override
  void close();
}
