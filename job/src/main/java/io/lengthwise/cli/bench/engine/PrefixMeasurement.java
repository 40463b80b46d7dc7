package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.trial.Series;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prefill of the largest number of prompts, with reuse and without. The prompts share their first
 * 200 tokens, have 20 tokens of their own, arrive at once, and are new to the engine. At the limit,
 * the time falls to the share of the tokens that are still computed.
 */
final class PrefixMeasurement implements EngineMeasurement {

  private static final int HEAD = 200;
  private static final int OWN = 20;

  private record Pair(EngineTrial reused, EngineTrial computed, Series with, Series without) {}

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    int rows = bench.options().mostRows();
    Map<WeightType, Pair> pairs = new LinkedHashMap<>();
    for (WeightType weights : bench.weights()) {
      CausalLanguageModel model = bench.model(weights);
      EngineTrial reused = trial(model, bench.settings().engine(), rows, true);
      EngineTrial computed = trial(model, bench.settings().engine(), rows, false);
      pairs.put(weights, new Pair(reused, computed, seconds(reused), seconds(computed)));
    }
    bench.measureInterleaved(
        "prefix",
        pairs.values().stream().flatMap(pair -> Stream.of(pair.with(), pair.without())).toList());
    return pairs.entrySet().stream()
        .map(pair -> result(EngineResult.of(pair.getKey(), rows), pair.getValue()))
        .toList();
  }

  private static EngineTrial trial(
      CausalLanguageModel model, EngineOptions base, int rows, boolean reuse) {
    Random random = new Random(0);
    int[] head = EngineRows.prompt(model, random, HEAD);
    List<EngineTrial.Prompt> prompts =
        IntStream.range(0, rows)
            .mapToObj(i -> EngineRows.prompt(model, random, OWN))
            .map(own -> IntStream.concat(IntStream.of(head), IntStream.of(own)).toArray())
            .map(tokens -> new EngineTrial.Prompt(tokens, 1, false))
            .toList();
    return new EngineTrial(model, base, prompts, base.prefill().chunk(), reuse);
  }

  private static Series seconds(EngineTrial trial) {
    return new Series(() -> trial.run().prefillMillis() / 1000);
  }

  private static EngineResult result(EngineResult result, Pair pair) {
    TrialReport reused = pair.reused().report();
    TrialReport computed = pair.computed().report();
    double shareOfTokens = (double) reused.prefillTokens() / computed.prefillTokens();
    double shareOfTime = pair.with().medianRatioTo(pair.without());
    return result
        .with("seconds", pair.with().median())
        .with("secondsWithoutReuse", pair.without().median())
        .with("shareOfTokens", shareOfTokens)
        .with("shareOfTime", shareOfTime)
        .with(EngineResult.SHARE_OF_LIMIT, shareOfTokens / shareOfTime);
  }
}
