package io.lengthwise.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which model runs where.
 *
 * @param name the name that requests ask for and responses carry
 * @param path a Hugging Face folder or a GGUF file, the same on every TaskManager
 * @param device {@code cpu}, {@code cuda} (the GPU of the TaskManager with the fewest users) or
 *     {@code cuda:N}
 * @param weights the numbers of the linear layers
 */
public record ModelSpec(String name, String path, String device, WeightType weights)
    implements Serializable {

  private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,4}))?");

  /**
   * The devices that it may run on: each GPU of the machine where only {@code cuda} is asked for.
   *
   * @throws IllegalArgumentException for a device of another name, or CUDA on a machine without
   */
  public List<ModelSpec> onEachDevice() {
    if (device.equals("cpu")) {
      return List.of(this);
    }
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "model.device is %s, but may be cpu, cuda or cuda:N".formatted(device));
    }
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (gpus == 0) {
      throw new IllegalArgumentException(
          "model.device is %s, but PyTorch sees no GPU: build with -Pgpu, and give it a libtorch with CUDA"
              .formatted(device));
    }
    return cuda.group(1) != null
        ? List.of(this)
        : IntStream.range(0, gpus)
            .mapToObj(gpu -> new ModelSpec(name, path, "cuda:" + gpu, weights))
            .toList();
  }

  /** Its device as DJL names it. */
  Device djlDevice() {
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      return Device.cpu();
    }
    return Device.gpu(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }
}
