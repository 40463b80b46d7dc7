package io.lengthwise.model.file;

/** The number format of the rows of a tensor, little-endian. */
public enum ElementType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** The number of bytes of an element. */
  public int bytes() {
    return bytes;
  }
}
