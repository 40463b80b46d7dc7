package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.trial.Series;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The share of the time of 32 decoding rows that the engine's thread spends outside calls of the
 * device: the schedule, the segments, detokenization and the search for stop strings.
 */
final class JvmMeasurement implements EngineMeasurement {

  private static final int ROWS = 32;
  private static final double ALLOWED = 0.03;

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    Map<WeightType, Series> shares = new LinkedHashMap<>();
    for (WeightType weights : bench.weights()) {
      EngineTrial trial = trial(bench, bench.model(weights));
      shares.put(weights, new Series(() -> shareOutside(trial.run())));
    }
    bench.measureInterleaved("jvm", shares.values());
    return shares.entrySet().stream()
        .map(entry -> result(entry.getKey(), entry.getValue().median()))
        .toList();
  }

  private static EngineTrial trial(EngineBench bench, CausalLanguageModel model) {
    Random random = new Random(0);
    List<EngineTrial.Prompt> prompts =
        Stream.generate(() -> EngineRows.prompt(model, random, bench.options().promptTokens()))
            .map(tokens -> new EngineTrial.Prompt(tokens, bench.options().steps(), false))
            .limit(ROWS)
            .toList();
    int chunk = bench.settings().engine().prefill().chunk();
    return new EngineTrial(model, bench.settings().engine(), prompts, chunk, true);
  }

  private static double shareOutside(TrialReport report) {
    return (report.totalMillis() - report.busyMillis())
        / (report.totalMillis() - report.prefillMillis());
  }

  private static EngineResult result(WeightType weights, double share) {
    return EngineResult.of(weights, ROWS)
        .with("shareOfTime", share)
        .with("allowedShareOfTime", ALLOWED)
        .with(EngineResult.SHARE_OF_ALLOWED, share / ALLOWED);
  }
}
