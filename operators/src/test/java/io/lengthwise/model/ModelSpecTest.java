package io.lengthwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
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
    assertThat(on("cpu").onEachDevice()).containsExactly(on("cpu"));
  }

  @Test
  void otherDevicesAreRefused() {
    assertThatThrownBy(() -> on("tpu").onEachDevice())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.device is tpu, but may be cpu, cuda or cuda:N");
  }

  private static ModelSpec on(String device) {
    return new ModelSpec("model", "/models/model", device, WeightType.AUTO);
  }
}
