package io.lengthwise.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.lengthwise.model.decoder.WeightType;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A model and its device.
 *
 * @param name the name that requests ask for and responses carry
 * @param path a Hugging Face folder or a GGUF file, the same on every TaskManager
 * @param device {@code cpu}, {@code cuda:N}, or {@code cuda}: the GPU with the fewest users among
 *     those that Flink assigned to the TaskManager, or among all of the machine
 * @param weights the number format of the linear layers
 */
public record ModelSpec(String name, String path, String device, WeightType weights)
    implements Serializable {

  private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,4}))?");

  /**
   * The devices that the model may run on. For {@code cuda}, these are the assigned GPUs, or all of
   * the machine if none are assigned.
   *
   * @param assigned the numbers of GPUs, as PyTorch counts them
   * @throws IllegalArgumentException for a device with another name, or one that PyTorch does not
   *     see
   */
  public List<ModelSpec> onEachDevice(Collection<Integer> assigned) {
    if (device.equals("cpu")) {
      return List.of(this);
    }
    return onEachGpu(assigned, Engine.getEngine("PyTorch").getGpuCount());
  }

  /** The devices among the GPUs that PyTorch sees. */
  List<ModelSpec> onEachGpu(Collection<Integer> assigned, int seen) {
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "model.device is %s, but may be cpu, cuda or cuda:N".formatted(device));
    }
    boolean any = cuda.group(1) == null;
    if (any && assigned.stream().anyMatch(gpu -> gpu >= seen)) {
      throw new IllegalArgumentException(
          "Flink assigned the GPUs %s, but PyTorch sees %d".formatted(assigned, seen));
    }
    if (seen == 0) {
      throw new IllegalArgumentException(
          "model.device is %s, but PyTorch sees no GPU: build with -Pgpu, and give it a libtorch with CUDA"
              .formatted(device));
    }
    if (!any) {
      return List.of(this);
    }
    return (assigned.isEmpty() ? IntStream.range(0, seen).boxed() : assigned.stream())
        .map(gpu -> new ModelSpec(name, path, "cuda:" + gpu, weights))
        .toList();
  }

  /** The number format of the linear layers on the device, with {@code auto} resolved. */
  public WeightType chosenWeights() {
    return weights.on(!device.equals("cpu"));
  }

  /** The device as DJL represents it. */
  Device djlDevice() {
    Matcher cuda = CUDA.matcher(device);
    if (!cuda.matches()) {
      return Device.cpu();
    }
    return Device.gpu(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }
}
