package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.model.file.ElementType;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelConfig;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.TensorCheck;
import io.lengthwise.model.file.WeightFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A Hugging Face folder: {@code config.json}, and {@code model.safetensors} or the shards that
 * {@code model.safetensors.index.json} names.
 */
public final class Safetensors implements WeightFiles {
  private final ModelConfig config;
  private final Map<String, StoredTensor> tensors;

  private Safetensors(ModelConfig config, Map<String, StoredTensor> tensors) {
    this.config = config;
    this.tensors = tensors;
  }

  public static Safetensors open(Path folder) {
    ModelConfig config = HuggingFaceConfig.read(folder);
    Safetensors files = new Safetensors(config, tensors(folder));
    TensorCheck.check(folder, files);
    return files;
  }

  private static Map<String, StoredTensor> tensors(Path folder) {
    Path single = folder.resolve("model.safetensors");
    if (Files.exists(single)) {
      return SafetensorsHeader.read(MappedFile.open(single));
    }
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.exists(index)) {
      return sharded(folder, JsonFields.read(index));
    }
    throw new ModelFileException(
        folder,
        "has neither model.safetensors nor model.safetensors.index.json;"
            + " other formats of weights must be converted to safetensors first");
  }

  private static Map<String, StoredTensor> sharded(Path folder, JsonFields index) {
    Map<String, Map<String, StoredTensor>> shards = new HashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    JsonFields weightMap = index.object("weight_map");
    for (Map.Entry<String, JsonNode> entry : weightMap.entries()) {
      String name = entry.getKey();
      String shard = weightMap.string(name);
      if (!shard.endsWith(".safetensors") || !shard.matches("[\\w][\\w.-]*")) {
        throw weightMap.wrong(
            name,
            "names the file '" + shard + "', must be a *.safetensors file of the same folder");
      }
      StoredTensor tensor =
          shards
              .computeIfAbsent(
                  shard, key -> SafetensorsHeader.read(MappedFile.open(folder.resolve(key))))
              .get(name);
      if (tensor == null) {
        throw weightMap.wrong(name, "names " + shard + ", which does not hold it");
      }
      tensors.put(name, tensor);
    }
    return tensors;
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  @Override
  public ElementType type(String name) {
    return tensor(name).type();
  }

  @Override
  public ByteBuffer rows(String name, long first, int count) {
    return tensor(name).rows(first, count);
  }

  @Override
  public void close() {
    tensors.clear();
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor named " + name);
    }
    return tensor;
  }
}
