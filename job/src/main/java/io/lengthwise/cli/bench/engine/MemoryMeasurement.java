package io.lengthwise.cli.bench.engine;

import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a process beyond the necessary memory, after it has loaded the model and decoded
 * the largest number of rows. Necessary are one copy of the weights in the chosen precision, and
 * the key-value cache. Each kind of weights has a new process.
 */
final class MemoryMeasurement implements EngineMeasurement {

  private static final long ALLOWED = 600_000_000;

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    EngineBenchOptions options = bench.options();
    List<EngineResult> results = new ArrayList<>();
    for (WeightType weights : bench.weights()) {
      bench.console().err().println("memory: " + weights);
      EngineProbe probe =
          EngineProbe.run(
              bench.spec(weights),
              bench.settings().engine().limits().threads(),
              options.mostRows(),
              options.promptTokens(),
              options.steps());
      long beyond = probe.resident() - probe.weightBytes() - probe.cacheBytes();
      results.add(
          EngineResult.of(weights, options.mostRows())
              .with("bytes", probe.resident())
              .with("weightBytes", probe.weightBytes())
              .with("cacheBytes", probe.cacheBytes())
              .with("beforeBytes", probe.residentBefore())
              .with("beyondBytes", beyond)
              .with("allowedBytes", ALLOWED)
              .with(EngineResult.SHARE_OF_ALLOWED, (double) beyond / ALLOWED));
    }
    return results;
  }
}
