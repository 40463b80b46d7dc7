package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.TensorExtent;
import java.util.Arrays;

/**
 * The position and the format of a tensor in a GGUF file.
 *
 * @param name the GGUF name
 * @param shape outermost dimension first, the reverse of GGUF's order
 * @param offset the offset of the first byte in the file
 * @param bytes the number of bytes
 */
record GgufTensor(String name, GgufType type, long[] shape, long offset, long bytes)
    implements TensorExtent {
  private static final int MAX_NAME_BYTES = 1 << 10;
  private static final int MAX_DIMENSIONS = 4;

  /** The least bytes of an entry: the name's length, dimensions, type and offset. */
  static final int LEAST_BYTES = 8 + 4 + 8 + 4 + 8;

  /**
   * Reads an entry. Its offset counts from the start of the data until {@link #inFile} changes it.
   */
  static GgufTensor read(GgufReader reader, int index) {
    String name = reader.string("name of tensor " + index, MAX_NAME_BYTES);
    String field = "tensor " + name;
    int dimensions = reader.int32(field);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw reader.wrong(field, "has " + Integer.toUnsignedString(dimensions) + " dimensions");
    }
    long[] shape = new long[dimensions];
    for (int i = dimensions - 1; i >= 0; i--) {
      shape[i] = reader.int64(field);
    }
    GgufType type = GgufType.read(reader, field);
    return new GgufTensor(
        name, type, shape, reader.int64(field), bytes(reader, field, type, shape));
  }

  private static long bytes(GgufReader reader, String field, GgufType type, long[] shape) {
    long innermost = shape[shape.length - 1];
    if (innermost % type.blockSize() != 0 || (type.isQuantised() && shape.length == 1)) {
      throw reader.wrong(
          field, "of shape " + Arrays.toString(shape) + " cannot be stored as " + type);
    }
    try {
      long bytes = type.blockBytes();
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 1) {
          throw reader.wrong(field, "has shape " + Arrays.toString(shape));
        }
        boolean inBlocks = i == shape.length - 1;
        bytes = Math.multiplyExact(bytes, inBlocks ? shape[i] / type.blockSize() : shape[i]);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw reader.wrong(field, "has shape " + Arrays.toString(shape) + ", too large for any file");
    }
  }

  /**
   * Returns this tensor with its offset from the start of the file, if all of its bytes are in the
   * file.
   */
  GgufTensor inFile(MappedFile file, long dataStart, int alignment) {
    long available = file.size() - dataStart;
    if (offset < 0 || offset % alignment != 0) {
      throw new ModelFileException(
          file.path(),
          "tensor " + name + " has offset " + Long.toUnsignedString(offset) + ", must be aligned");
    }
    if (bytes > available || offset > available - bytes) {
      throw new ModelFileException(
          file.path(),
          "tensor "
              + name
              + " of "
              + bytes
              + " bytes at offset "
              + offset
              + " lies beyond the end of the file: it is cut off or damaged; fetch it again");
    }
    return new GgufTensor(name, type, shape, dataStart + offset, bytes);
  }

  /** The number of elements of a row. A row of a vector has one. */
  long rowElements() {
    long elements = 1;
    for (int i = 1; i < shape.length; i++) {
      elements *= shape[i];
    }
    return elements;
  }
}
