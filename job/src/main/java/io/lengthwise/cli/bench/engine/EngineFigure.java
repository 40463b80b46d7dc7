package io.lengthwise.cli.bench.engine;

import java.util.List;
import java.util.Locale;

/** A figure of {@code bench engine}, in the order in which they are measured. */
enum EngineFigure {
  /** Decode, beside its matrix products alone. */
  DECODE(new DecodeMeasurement()),
  /** Prefill of many prompts, beside one prompt of as many tokens. */
  PREFILL(new PrefillMeasurement()),
  /** Prefill of prompts that begin alike, beside the same without reuse. */
  PREFIX(new PrefixMeasurement()),
  /** How long running rows stand still when a long prompt joins. */
  GAP(new GapMeasurement()),
  /** What of decoding is not the device's. */
  JVM(new JvmMeasurement()),
  /** How well the weights tell a text. */
  PERPLEXITY(new PerplexityMeasurement()),
  /** Answers with prompt lookup, beside those without. */
  LOOKUP(new LookupMeasurement()),
  /** The time until a model that is opened has made its first token. */
  LOAD(new LoadMeasurement()),
  /** What lies in memory beside weights and key-value cache. */
  MEMORY(new MemoryMeasurement());

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
