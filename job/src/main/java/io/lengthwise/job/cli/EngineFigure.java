package io.lengthwise.job.cli;

import java.util.List;
import java.util.Locale;

/** A figure of {@code bench engine}, in the order in which they are measured. */
enum EngineFigure {
  /** Decode, beside its matrix products alone. */
  DECODE(new DecodeMeasurement()),
  /** Prefill of many prompts, beside one prompt of as many tokens. */
  PREFILL(new PrefillMeasurement());

  private final EngineMeasurement measurement;

  EngineFigure(EngineMeasurement measurement) {
    this.measurement = measurement;
  }

  /** As {@link EngineMeasurement#measure}. */
  List<EngineResult> measure(EngineBench bench) throws Exception {
    return measurement.measure(bench);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
