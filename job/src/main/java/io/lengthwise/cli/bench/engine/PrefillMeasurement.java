package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.trial.Series;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.PromptPiece;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prefill of the largest number of prompts in one packed call. Its limit is one prompt of the same
 * number of tokens.
 */
final class PrefillMeasurement implements EngineMeasurement {

  private record Calls(Series packed, Series single) {}

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    int prompts = bench.options().mostRows();
    int length = bench.options().promptTokens();
    Map<WeightType, Calls> calls = new LinkedHashMap<>();
    for (WeightType weights : bench.weights()) {
      CausalLanguageModel model = bench.model(weights);
      model.decoder().allocate(prompts * Slot.wholeBlocks(length));
      calls.put(
          weights, new Calls(prefill(model, prompts, length), prefill(model, 1, prompts * length)));
    }
    bench.measureInterleaved(
        "prefill",
        calls.values().stream().flatMap(both -> Stream.of(both.packed(), both.single())).toList());
    int tokens = prompts * length;
    return calls.keySet().stream()
        .map(
            weights -> {
              Calls both = calls.get(weights);
              return EngineResult.of(weights, prompts)
                  .with(EngineResult.TOKENS_PER_SECOND, tokens / both.packed().median())
                  .with(EngineResult.LIMIT, tokens / both.single().median())
                  .with(EngineResult.SHARE_OF_LIMIT, both.single().medianRatioTo(both.packed()));
            })
        .toList();
  }

  private static Series prefill(CausalLanguageModel model, int prompts, int length) {
    Random random = new Random(0);
    List<PromptPiece> pieces =
        IntStream.range(0, prompts)
            .mapToObj(
                i ->
                    new PromptPiece(
                        Slot.number(i, length),
                        EngineRows.prompt(model, random, length),
                        0,
                        length))
            .toList();
    return Series.seconds(() -> model.decoder().prefill(pieces));
  }
}
