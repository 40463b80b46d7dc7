package io.lengthwise.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.job.config.StartingOffsets.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartingOffsetsTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindHasAnInitializer(Kind kind) {
    assertThat(new StartingOffsets(kind, 1).initializer()).isNotNull();
  }

  @Test
  void timestampIsANumberOrAnInstant() {
    assertThat(StartingOffsets.parse("timestamp:1795514400000"))
        .isEqualTo(StartingOffsets.parse("timestamp:2026-11-24T10:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "timestamp:", "timestamp:-1", "timestamp:1e5", "Earliest "})
  void anythingElseIsRefusedWithTheRule(String text) {
    assertThatThrownBy(() -> StartingOffsets.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be committed, earliest, latest, or timestamp:");
  }
}
