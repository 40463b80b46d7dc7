package io.lengthwise.model;

import ai.djl.engine.Engine;
import java.io.Serializable;

/**
 * Which model runs where.
 *
 * @param name the name that requests ask for and responses carry
 * @param path a Hugging Face folder or a GGUF file, the same on every TaskManager
 * @param device {@code cpu}, {@code cuda} (the subtask chooses among the TaskManager's GPUs) or
 *     {@code cuda:N}
 * @param weights the numbers of the linear layers
 */
public record ModelSpec(String name, String path, String device, WeightType weights)
    implements Serializable {

  /** This, on the GPU of one subtask where only {@code cuda} is asked for. */
  public ModelSpec onDeviceOf(int subtask) {
    if (!device.equals("cuda")) {
      return this;
    }
    int gpus = Math.max(1, Engine.getEngine("PyTorch").getGpuCount());
    return new ModelSpec(name, path, "cuda:" + subtask % gpus, weights);
  }
}
