package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.TensorExtent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header of a GGUF file: its metadata, and the positions of its tensors.
 *
 * @param tensors by their GGUF names
 */
record GgufHeader(GgufMetadata metadata, Map<String, GgufTensor> tensors) {
  private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_ALIGNMENT = 1 << 20;

  static GgufHeader read(MappedFile file) {
    GgufReader reader = new GgufReader(file);
    if (reader.int32("magic") != MAGIC) {
      throw reader.wrong(
          "magic", "is not GGUF; if the model is in safetensors files, give the folder");
    }
    int version = reader.int32("version");
    if (version != 2 && version != 3) {
      throw reader.wrong(
          "version",
          "is "
              + Integer.toUnsignedString(version)
              + "; supported are 2 and 3, little-endian: convert the file with a newer converter");
    }
    int tensorCount = reader.count("tensor_count", GgufTensor.LEAST_BYTES, MAX_TENSORS);
    GgufMetadata metadata = GgufMetadata.read(reader, GgufMetadata.readCount(reader));
    if (metadata.integer("split.count", 1) > 1) {
      throw metadata.wrong("split.count", "is above 1: merge the parts into one file first");
    }
    return new GgufHeader(metadata, tensors(reader, tensorCount, alignment(metadata)));
  }

  private static int alignment(GgufMetadata metadata) {
    long alignment = metadata.integer("general.alignment", 32);
    if (alignment < 8 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw metadata.wrong(
          "general.alignment", "is " + alignment + ", must be a power of two from 8");
    }
    return (int) alignment;
  }

  private static Map<String, GgufTensor> tensors(GgufReader reader, int count, int alignment) {
    Map<String, GgufTensor> listed = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      GgufTensor tensor = GgufTensor.read(reader, i);
      if (listed.put(tensor.name(), tensor) != null) {
        throw reader.wrong("tensor " + tensor.name(), "is there twice");
      }
    }
    long dataStart = (reader.position() + alignment - 1L) / alignment * alignment;
    listed.replaceAll((name, tensor) -> tensor.inFile(reader.file(), dataStart, alignment));
    TensorExtent.refuseOverlaps(reader.file().path(), listed);
    return listed;
  }
}
