package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys and values of a GGUF file. Values stay in the file until they are read; all of them are
 * known to be inside it. A value that is missing or of another type than requested is an error that
 * names the file and the key.
 */
final class GgufMetadata {
  private static final int MAX_ENTRIES = 1 << 16;
  private static final int MAX_KEY_BYTES = 1 << 16;
  private static final int MAX_STRING_BYTES = 16 << 20;
  private static final int MAX_ELEMENTS = 1 << 22;

  private final GgufReader reader;
  private final Map<String, Value> values = new LinkedHashMap<>();

  /**
   * A value.
   *
   * @param count the elements of an array, 1 for a single value
   * @param position the position of the value, or of an array's first element
   */
  private record Value(GgufValueType type, boolean isArray, int count, int position) {}

  private GgufMetadata(GgufReader reader) {
    this.reader = reader;
  }

  /** Reads only the metadata of a file. */
  static GgufMetadata read(Path file) {
    return GgufHeader.read(MappedFile.open(file)).metadata();
  }

  /**
   * Reads as many entries as the next 64-bit number says. The reader is at their end afterwards.
   */
  static GgufMetadata read(GgufReader reader, int count) {
    GgufMetadata metadata = new GgufMetadata(reader);
    for (int i = 0; i < count; i++) {
      String key = reader.string("key " + i, MAX_KEY_BYTES);
      if (metadata.values.put(key, readValue(reader, key)) != null) {
        throw reader.wrong(key, "is there twice");
      }
    }
    return metadata;
  }

  /** The number of entries, from the start of the file. */
  static int readCount(GgufReader reader) {
    return reader.count("metadata_kv_count", Long.BYTES + Integer.BYTES + 1, MAX_ENTRIES);
  }

  private static Value readValue(GgufReader reader, String key) {
    GgufValueType type = GgufValueType.read(reader, key);
    if (type != GgufValueType.ARRAY) {
      int start = reader.position();
      skip(reader, key, type, 1);
      return new Value(type, false, 1, start);
    }
    GgufValueType elements = GgufValueType.read(reader, key);
    if (elements == GgufValueType.ARRAY) {
      throw reader.wrong(key, "is a list of lists, which no supported model has");
    }
    int leastBytes = elements == GgufValueType.STRING ? Long.BYTES : elements.bytes();
    int count = reader.count(key, leastBytes, MAX_ELEMENTS);
    int start = reader.position();
    skip(reader, key, elements, count);
    return new Value(elements, true, count, start);
  }

  private static void skip(GgufReader reader, String key, GgufValueType type, int count) {
    if (type != GgufValueType.STRING) {
      reader.skip(key, (long) type.bytes() * count);
      return;
    }
    for (int i = 0; i < count; i++) {
      reader.skipString(key, MAX_STRING_BYTES);
    }
  }

  Path file() {
    return reader.file().path();
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  String string(String key) {
    return at(single(key, GgufValueType.STRING)).string(key, MAX_STRING_BYTES);
  }

  String string(String key, String otherwise) {
    return has(key) ? string(key) : otherwise;
  }

  boolean bool(String key, boolean otherwise) {
    return has(key) ? at(single(key, GgufValueType.BOOL)).integer(key, 1, false) != 0 : otherwise;
  }

  /** An integer of any of GGUF's widths. An unsigned one of 64 bits must fit a long. */
  long integer(String key) {
    Value value = single(key);
    if (!value.type.isInteger()) {
      throw wrongType(key, value, "a whole number");
    }
    return integer(key, value.type, at(value));
  }

  long integer(String key, long otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  /** A floating-point number or an integer. */
  double number(String key) {
    Value value = single(key);
    return switch (value.type) {
      case FLOAT32 -> Float.intBitsToFloat(at(value).int32(key));
      case FLOAT64 -> Double.longBitsToDouble(at(value).int64(key));
      default -> integer(key);
    };
  }

  double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  /** A list of strings. */
  List<String> strings(String key) {
    Value value = array(key);
    if (value.type != GgufValueType.STRING) {
      throw wrongType(key, value, "a list of strings");
    }
    GgufReader at = at(value);
    List<String> strings = new ArrayList<>(value.count);
    for (int i = 0; i < value.count; i++) {
      strings.add(at.string(key, MAX_STRING_BYTES));
    }
    return strings;
  }

  /** A list of integers of any of GGUF's widths. All must fit an int. */
  int[] ints(String key) {
    Value value = array(key);
    if (!value.type.isInteger()) {
      throw wrongType(key, value, "a list of whole numbers");
    }
    GgufReader at = at(value);
    int[] ints = new int[value.count];
    for (int i = 0; i < ints.length; i++) {
      long number = integer(key, value.type, at);
      if (number != (int) number) {
        throw wrong(key, "holds " + number + ", which is too large");
      }
      ints[i] = (int) number;
    }
    return ints;
  }

  /** A list of 32-bit floating-point numbers. */
  float[] floats(String key) {
    Value value = array(key);
    if (value.type != GgufValueType.FLOAT32) {
      throw wrongType(key, value, "a list of 32-bit floats");
    }
    GgufReader at = at(value);
    float[] floats = new float[value.count];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(at.int32(key));
    }
    return floats;
  }

  /** The error for a wrong value. */
  ModelFileException wrong(String key, String problem) {
    return reader.wrong(key, problem);
  }

  private long integer(String key, GgufValueType type, GgufReader at) {
    long value = at.integer(key, type.bytes(), type.isSigned());
    if (value < 0 && !type.isSigned()) {
      throw wrong(key, "is " + Long.toUnsignedString(value) + ", which is too large");
    }
    return value;
  }

  private GgufReader at(Value value) {
    return reader.at(value.position);
  }

  private Value single(String key, GgufValueType type) {
    Value value = single(key);
    if (value.type != type) {
      throw wrongType(key, value, type.name());
    }
    return value;
  }

  private Value single(String key) {
    Value value = required(key);
    if (value.isArray) {
      throw wrongType(key, value, "a single value");
    }
    return value;
  }

  private Value array(String key) {
    Value value = required(key);
    if (!value.isArray) {
      throw wrongType(key, value, "a list");
    }
    return value;
  }

  private Value required(String key) {
    Value value = values.get(key);
    if (value == null) {
      throw wrong(key, "is missing");
    }
    return value;
  }

  private ModelFileException wrongType(String key, Value value, String expected) {
    return wrong(
        key, "is " + (value.isArray ? "a list of " : "") + value.type + ", must be " + expected);
  }
}
