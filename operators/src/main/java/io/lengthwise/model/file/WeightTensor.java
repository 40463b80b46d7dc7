package io.lengthwise.model.file;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A tensor in a model's files, read in rows. */
public interface WeightTensor {

  /** The sizes of the dimensions, outermost first. */
  long[] shape();

  /** The type of the numbers that {@link #rows} returns. */
  ElementType type();

  /** See {@link WeightFiles#rows}. */
  ByteBuffer rows(long first, int count);

  /** The number of bytes of a row that {@link #rows} returns. */
  default long rowBytes() {
    long[] shape = shape();
    return Arrays.stream(shape, 1, shape.length).reduce(type().bytes(), (a, b) -> a * b);
  }

  /**
   * Checks the arguments of {@link #rows}.
   *
   * @throws IllegalArgumentException if there are no such rows, or they have too many bytes
   */
  default void checkRows(long first, int count) {
    if (count < 1 || first < 0 || first > shape()[0] - count) {
      throw new IllegalArgumentException(
          "a tensor of shape %s has no %d rows from row %d"
              .formatted(Arrays.toString(shape()), count, first));
    }
    if (rowBytes() > WeightFiles.MAX_BYTES / count) {
      throw new IllegalArgumentException(
          "%d rows of %d bytes are more than %d bytes: ask for fewer rows"
              .formatted(count, rowBytes(), WeightFiles.MAX_BYTES));
    }
  }
}
