package io.lengthwise.model.file.gguf;

import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.WeightFiles;
import io.lengthwise.model.file.WeightTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens GGUF files. */
public final class Gguf {

  private Gguf() {}

  /**
   * Opens the weights of a GGUF file. Quantized tensors are returned as F32, and all rows in the
   * order of the Hugging Face model.
   *
   * @throws io.lengthwise.model.file.ModelFileException if the file is damaged or holds a model of
   *     another kind
   */
  public static WeightFiles open(Path path) {
    MappedFile file = MappedFile.open(path);
    GgufHeader header = GgufHeader.read(file);
    ModelConfig config = GgufConfig.read(file, header);
    RowBuffer buffer = new RowBuffer();
    Map<String, WeightTensor> tensors = new LinkedHashMap<>();
    for (GgufTensor stored : header.tensors().values()) {
      String name = GgufNames.huggingFace(stored.name());
      if (name.equals(GgufNames.ROPE_DIVISORS)) {
        continue;
      }
      WeightTensor tensor = tensor(file, stored, RowOrder.of(config, name), buffer);
      if (tensors.put(name, tensor) != null) {
        throw header.metadata().wrong("tensor " + stored.name(), "is there under two names");
      }
    }
    return WeightFiles.of(path, config, tensors);
  }

  private static WeightTensor tensor(
      MappedFile file, GgufTensor stored, RowOrder order, RowBuffer buffer) {
    return stored.type().isQuantised() || order != RowOrder.SAME
        ? new ConvertedTensor(file, stored, order, buffer)
        : new StoredTensor(
            file, stored.type().elementType(), stored.shape(), stored.offset(), stored.bytes());
  }
}
