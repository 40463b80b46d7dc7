package io.lengthwise.cli.bench.engine;

import java.util.List;
import java.util.Locale;

/** A figure of {@code bench engine}, in the order of the measurements. */
enum EngineFigure {
  /** Decode, compared with its matrix products alone. */
  DECODE(new DecodeMeasurement()),
  /** Prefill of many prompts, compared with one prompt of the same number of tokens. */
  PREFILL(new PrefillMeasurement()),
  /** Prefill of prompts with the same prefix, compared with prefill without reuse. */
  PREFIX(new PrefixMeasurement()),
  /** The longest pause of running rows when a long prompt joins. */
  GAP(new GapMeasurement()),
  /** The time of decoding that is spent outside the device. */
  JVM(new JvmMeasurement()),
  /** The perplexity of a text. */
  PERPLEXITY(new PerplexityMeasurement()),
  /** Answers with prompt lookup, compared with answers without it. */
  LOOKUP(new LookupMeasurement()),
  /** The time from opening a model to its first token. */
  LOAD(new LoadMeasurement()),
  /** The memory besides weights and key-value cache. */
  MEMORY(new MemoryMeasurement());

  private final EngineMeasurement measurement;

  EngineFigure(EngineMeasurement measurement) {
    this.measurement = measurement;
  }

  /** See {@link EngineMeasurement#measure}. */
  List<EngineResult> measure(EngineBench bench) throws Exception {
    return measurement.measure(bench);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
