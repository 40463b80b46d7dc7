package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * A tensor of a GGUF file whose rows are dequantized to F32, reordered, or both, when they are
 * asked for.
 *
 * @param stored how the file stores the tensor
 * @param buffer the memory of the rows, shared by the tensors of a file
 */
record ConvertedTensor(MappedFile file, GgufTensor stored, RowOrder order, RowBuffer buffer)
    implements WeightTensor {

  private static final int ELEMENTS_PER_TASK = 1 << 16;

  @Override
  public long[] shape() {
    return stored.shape();
  }

  @Override
  public ElementType type() {
    return stored.type().elementType();
  }

  @Override
  public ByteBuffer rows(long first, int count) {
    checkRows(first, count);
    return stored.type().isQuantised() ? dequantized(first, count) : copied(first, count);
  }

  private ByteBuffer dequantized(long first, int count) {
    int elements = (int) stored.rowElements();
    ByteBuffer out = buffer.of(count * elements * Float.BYTES);
    FloatBuffer floats = out.asFloatBuffer();
    int rowsPerTask = Math.max(1, ELEMENTS_PER_TASK / elements);
    IntStream.range(0, (count - 1) / rowsPerTask + 1)
        .parallel()
        .forEach(
            task -> {
              byte[] blocks = new byte[storedRowBytes()];
              float[] row = new float[elements];
              int end = Math.min(count, (task + 1) * rowsPerTask);
              for (int i = task * rowsPerTask; i < end; i++) {
                read(first + i, blocks);
                stored.type().decode(blocks, row);
                floats.put(i * elements, row);
              }
            });
    return out;
  }

  private ByteBuffer copied(long first, int count) {
    byte[] row = new byte[storedRowBytes()];
    ByteBuffer out = buffer.of(count * row.length);
    for (int i = 0; i < count; i++) {
      read(first + i, row);
      out.put(row);
    }
    return out.flip();
  }

  private int storedRowBytes() {
    return (int) (stored.bytes() / stored.shape()[0]);
  }

  private void read(long row, byte[] into) {
    file.read(stored.offset() + order.storedRow(row) * into.length, into);
  }
}
