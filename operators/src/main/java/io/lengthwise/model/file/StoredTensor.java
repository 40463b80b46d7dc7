package io.lengthwise.model.file;

import java.nio.ByteBuffer;

/**
 * A tensor whose rows are returned as a mapped file stores them. All of its bytes lie inside the
 * file.
 *
 * @param shape the sizes of the dimensions, outermost first
 * @param offset the offset of the first byte in the file
 * @param bytes the number of bytes
 */
public record StoredTensor(MappedFile file, ElementType type, long[] shape, long offset, long bytes)
    implements WeightTensor, TensorExtent {

  @Override
  public ByteBuffer rows(long first, int count) {
    checkRows(first, count);
    return file.slice(offset + first * rowBytes(), (int) (count * rowBytes()));
  }
}
