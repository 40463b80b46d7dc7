package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.lengthwise.model.decoder.WeightType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSpecTest {

  @Test
  void devicesAreNamedAsDjlNamesThem() {
    assertThat(on("cpu").djlDevice()).isEqualTo(Device.cpu());
    assertThat(on("cuda").djlDevice()).isEqualTo(Device.gpu(0));
    assertThat(on("cuda:3").djlDevice()).isEqualTo(Device.gpu(3));
  }

  @Test
  void cpuIsOneDevice() {
    assertThat(on("cpu").onEachDevice(List.of(1))).containsExactly(on("cpu"));
  }

  @Test
  void otherDevicesAreRefused() {
    assertThatThrownBy(() -> on("tpu").onEachDevice(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.device is tpu, but may be cpu, cuda or cuda:N");
  }

  @Test
  void cudaIsEachGpuThatWasAssignedOrElseEachOfTheMachine() {
    assertThat(on("cuda").onEachGpu(List.of(1, 3), 4)).containsExactly(on("cuda:1"), on("cuda:3"));
    assertThat(on("cuda").onEachGpu(List.of(), 2)).containsExactly(on("cuda:0"), on("cuda:1"));
    assertThat(on("cuda:2").onEachGpu(List.of(1), 4)).containsExactly(on("cuda:2"));
  }

  @Test
  void gpusThatPyTorchDoesNotSeeAreRefused() {
    assertThatThrownBy(() -> on("cuda").onEachGpu(List.of(1, 3), 2))
        .hasMessage("Flink assigned the GPUs [1, 3], but PyTorch sees 2");
    assertThatThrownBy(() -> on("cuda").onEachGpu(List.of(), 0))
        .hasMessageStartingWith("model.device is cuda, but PyTorch sees no GPU");
  }

  private static ModelSpec on(String device) {
    return new ModelSpec("model", "/models/model", device, WeightType.AUTO);
  }
}
