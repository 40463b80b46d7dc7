package io.lengthwise.model.file;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A tensor that lies in a mapped file just as it is handed out. Its bytes are inside the file.
 *
 * @param shape outermost first
 * @param offset of its first byte in the file
 * @param bytes its length
 */
public record StoredTensor(
    MappedFile file, ElementType type, long[] shape, long offset, long bytes) {

  /** See {@link WeightFiles#rows}. */
  public ByteBuffer rows(long first, int count) {
    long rowBytes = bytes / shape[0];
    checkRows(shape, rowBytes, first, count);
    return file.slice(offset + first * rowBytes, (int) (count * rowBytes));
  }

  public static void checkRows(long[] shape, long rowBytes, long first, int count) {
    if (count < 1 || first < 0 || first > shape[0] - count) {
      throw new IllegalArgumentException(
          count + " rows from " + first + " of a tensor of shape " + Arrays.toString(shape));
    }
    if (rowBytes > WeightFiles.MAX_BYTES / count) {
      throw new IllegalArgumentException(
          count + " rows of " + rowBytes + " bytes are more than " + WeightFiles.MAX_BYTES);
    }
  }
}
