package io.lengthwise.generation;

import static io.lengthwise.generation.TestingGeneration.MODEL;
import static io.lengthwise.generation.TestingGeneration.OPTIONS;
import static io.lengthwise.generation.TestingGeneration.options;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.batching.MicroBatch;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.model.ModelSpec;
import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.request.GenerationResult;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Failures of the generation operator when it starts. */
@SuppressWarnings("try") // A harness may be interrupted while it closes.
class GenerationStartTest {

  @Test
  void missingModelFailsTheOperatorWithItsPath() {
    ModelSpec missing = new ModelSpec("gone", "/no/such/model", "cpu", WeightType.AUTO);
    assertThatThrownBy(
            () -> {
              try (var harness =
                  new OneInputStreamOperatorTestHarness<MicroBatch, GenerationResult>(
                      new GenerationOperatorFactory(missing, OPTIONS))) {
                harness.open();
              }
            })
        .hasMessageContaining("Model gone cannot be loaded from /no/such/model");
  }

  @Test
  void cudaIsOfTheGpusThatFlinkAssigned() throws Exception {
    ModelSpec onGpus = new ModelSpec("model", MODEL.path(), "cuda", WeightType.AUTO);
    try (MockEnvironment environment =
        new MockEnvironmentBuilder()
            .setExternalResourceInfoProvider(name -> name.equals("gpu") ? gpus(97, 98) : Set.of())
            .build()) {
      assertThatThrownBy(
              () -> {
                try (var harness =
                    new OneInputStreamOperatorTestHarness<MicroBatch, GenerationResult>(
                        new GenerationOperatorFactory(onGpus, OPTIONS), environment)) {
                  harness.open();
                }
              })
          .hasMessageStartingWith("Flink assigned the GPUs [97, 98], but PyTorch sees ");
    }
  }

  private static Set<ExternalResourceInfo> gpus(Integer... numbers) {
    return Arrays.stream(numbers).map(TestingGpu::new).collect(Collectors.toSet());
  }

  private record TestingGpu(int number) implements ExternalResourceInfo {

    @Override
    public Optional<String> getProperty(String key) {
      return key.equals("index") ? Optional.of(String.valueOf(number)) : Optional.empty();
    }

    @Override
    public Collection<String> getKeys() {
      return List.of("index");
    }
  }

  @Test
  void cacheWithoutRoomForABlockFailsTheOperatorWithItsOption() {
    EngineOptions none = options(Discipline.REFILL, AdmissionOrder.FIFO, 0, 4);
    assertThatThrownBy(() -> new TestingGeneration(none))
        .hasMessageContaining("engine.memory: 0 bytes are too few");
  }
}
