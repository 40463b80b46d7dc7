package io.lengthwise.model.file.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.lengthwise.model.file.MappedFile;
import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.model.file.StoredTensor;
import io.lengthwise.model.file.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Opens Hugging Face folders: {@code config.json}, and {@code model.safetensors} or the shards that
 * {@code model.safetensors.index.json} names.
 */
public final class Safetensors {

  private Safetensors() {}

  /**
   * Opens the weights of a Hugging Face folder.
   *
   * @throws ModelFileException if a file is missing or damaged, or holds a model of another kind
   */
  public static WeightFiles open(Path folder) {
    return WeightFiles.of(folder, HuggingFaceConfig.read(folder), tensors(folder));
  }

  private static Map<String, StoredTensor> tensors(Path folder) {
    Path single = folder.resolve("model.safetensors");
    if (Files.exists(single)) {
      return SafetensorsHeader.read(MappedFile.open(single));
    }
    Path index = folder.resolve("model.safetensors.index.json");
    if (Files.exists(index)) {
      return sharded(folder, ModelJson.read(index));
    }
    throw new ModelFileException(
        folder,
        "has neither model.safetensors nor model.safetensors.index.json;"
            + " convert weights in other formats to safetensors first");
  }

  private static Map<String, StoredTensor> sharded(Path folder, ModelJson index) {
    Map<String, Map<String, StoredTensor>> shards = new HashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    ModelJson weightMap = index.object("weight_map");
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
}
