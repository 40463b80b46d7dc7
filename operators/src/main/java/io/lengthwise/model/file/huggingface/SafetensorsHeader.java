package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.TensorExtent;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the header of a safetensors file, which lists its tensors. The file has eight bytes with
 * the length of the header, then the header in JSON ({@code {"name": {"dtype": "F32", "shape": [2,
 * 3], "data_offsets": [0, 24]}}}), then the data, from whose start the offsets count.
 */
public final class SafetensorsHeader {
  /** The limit of the format. */
  static final int MAX_BYTES = 100_000_000;

  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_DIMENSIONS = 8;

  /** All names are different, so a table of names would only grow. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private final MappedFile file;
  private final long dataStart;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private SafetensorsHeader(MappedFile file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  public static Map<String, StoredTensor> read(MappedFile file) {
    if (file.size() < Long.BYTES + 2) {
      throw new ModelFileException(file.path(), "is too short for a safetensors file");
    }
    long length = file.slice(0, Long.BYTES).getLong();
    if (length < 2 || length > Math.min(MAX_BYTES, file.size() - Long.BYTES)) {
      throw new ModelFileException(
          file.path(),
          "its header claims "
              + Long.toUnsignedString(length)
              + " bytes of a file of "
              + file.size()
              + ": it is cut off or no safetensors file; fetch it again");
    }
    SafetensorsHeader header = new SafetensorsHeader(file, Long.BYTES + length);
    try (JsonParser parser =
        JSON.createParser(new ByteBufferBackedInputStream(file.slice(Long.BYTES, (int) length)))) {
      header.readTensors(parser);
    } catch (IOException e) {
      throw new ModelFileException(file.path(), "its header is not JSON: " + e.getMessage(), e);
    }
    TensorExtent.refuseOverlaps(file.path(), header.tensors);
    return header.tensors;
  }

  private void readTensors(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the header", "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("__metadata__")) {
        parser.skipChildren();
      } else if (tensors.put(name, readTensor(name, parser)) != null) {
        throw wrong(name, "is there twice");
      } else if (tensors.size() > MAX_TENSORS) {
        throw new ModelFileException(file.path(), "holds more than " + MAX_TENSORS + " tensors");
      }
    }
    if (parser.nextToken() != null) {
      throw new ModelFileException(file.path(), "its header has more after its object");
    }
  }

  private StoredTensor readTensor(String name, JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.START_OBJECT, name, "an object");
    ElementType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> type = type(name, parser.getText());
        case "shape" -> shape = longs(name + " shape", parser);
        case "data_offsets" -> offsets = longs(name + " data_offsets", parser);
        default -> parser.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw wrong(name, "lacks dtype, shape or data_offsets");
    }
    return tensor(name, type, shape, offsets);
  }

  private StoredTensor tensor(String name, ElementType type, long[] shape, long[] offsets) {
    long bytes = bytes(name, type, shape);
    long available = file.size() - dataStart;
    if (offsets.length != 2 || offsets[0] < 0 || offsets[0] > offsets[1]) {
      throw wrong(name, "has data_offsets " + Arrays.toString(offsets));
    }
    if (offsets[1] > available) {
      throw wrong(
          name,
          "ends at byte "
              + offsets[1]
              + " of "
              + available
              + ": the file is cut off; fetch it again");
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw wrong(
          name,
          "has data_offsets "
              + Arrays.toString(offsets)
              + ", but its shape and dtype need "
              + bytes
              + " bytes");
    }
    return new StoredTensor(file, type, shape, dataStart + offsets[0], bytes);
  }

  private long bytes(String name, ElementType type, long[] shape) {
    if (shape.length == 0) {
      throw wrong(name, "has no dimension");
    }
    try {
      long bytes = type.bytes();
      for (long size : shape) {
        if (size < 1) {
          throw wrong(name, "has shape " + Arrays.toString(shape));
        }
        bytes = Math.multiplyExact(bytes, size);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw wrong(name, "has shape " + Arrays.toString(shape) + ", too large for any file");
    }
  }

  private ElementType type(String name, String dtype) {
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw wrong(name, "has dtype " + dtype + "; supported are F32, F16 and BF16");
  }

  private long[] longs(String field, JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, field, "a list");
    long[] values = new long[MAX_DIMENSIONS];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, field, "a list of whole numbers");
      if (count == MAX_DIMENSIONS) {
        throw wrong(field, "has more than " + MAX_DIMENSIONS + " entries");
      }
      values[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  private void expect(JsonToken token, JsonToken expected, String field, String words) {
    if (token != expected) {
      throw wrong(field, "must be " + words);
    }
  }

  private ModelFileException wrong(String field, String problem) {
    return new ModelFileException(file.path(), field + " " + problem);
  }
}
