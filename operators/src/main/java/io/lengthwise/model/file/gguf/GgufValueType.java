package io.lengthwise.model.file.gguf;

/** The types of GGUF's metadata, in the order of their numbers in the file. */
enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(0),
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int bytes;

  GgufValueType(int bytes) {
    this.bytes = bytes;
  }

  /** The bytes of a value, 0 if they depend on the value. */
  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      default -> false;
    };
  }

  boolean isSigned() {
    return switch (this) {
      case INT8, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  static GgufValueType read(GgufReader reader, String field) {
    int number = reader.int32(field);
    if (number < 0 || number >= values().length) {
      throw reader.wrong(field, "has type " + number + ", which GGUF does not know");
    }
    return values()[number];
  }
}
