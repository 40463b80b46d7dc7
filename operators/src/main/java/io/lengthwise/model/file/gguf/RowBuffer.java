package io.lengthwise.model.file.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Direct memory for the rows that one call returns. The next call overwrites it. */
final class RowBuffer {

  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /** Returns a little-endian buffer of a number of bytes at position 0. */
  ByteBuffer of(int bytes) {
    if (memory.capacity() < bytes) {
      memory = ByteBuffer.allocateDirect(bytes);
    }
    return memory.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
