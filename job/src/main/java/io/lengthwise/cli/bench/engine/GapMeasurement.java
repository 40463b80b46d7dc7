package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.trial.Series;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The longest pause of 16 decoding rows when a prompt of 2,048 tokens joins, by the size of the
 * prefill chunks. The limit is the total throughput when the prompt is prefilled in one piece.
 */
final class GapMeasurement implements EngineMeasurement {

  private static final int ROWS = 16;
  private static final int JOINING = 2048;
  private static final List<Integer> CHUNKS = List.of(JOINING, 512, 128);

  private record Chunk(WeightType weights, int tokens, Series gap, Series secondsPerToken) {}

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    for (WeightType weights : bench.weights()) {
      for (int tokens : CHUNKS) {
        chunks.add(chunk(bench, weights, tokens));
      }
    }
    bench.measureInterleaved(
        "gap",
        chunks.stream().flatMap(chunk -> Stream.of(chunk.gap(), chunk.secondsPerToken())).toList());
    return chunks.stream().map(chunk -> result(chunk, chunks)).toList();
  }

  private static Chunk chunk(EngineBench bench, WeightType weights, int tokens) throws IOException {
    CausalLanguageModel model = bench.model(weights);
    Random random = new Random(0);
    // The long prompt joins after the first segment.
    int steps = bench.settings().engine().batching().segmentSteps() + bench.options().steps();
    List<EngineTrial.Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int[] prompt = EngineRows.prompt(model, random, bench.options().promptTokens());
      prompts.add(new EngineTrial.Prompt(prompt, steps, false));
    }
    // The last token is decoded; the others are prefilled.
    int[] joining = EngineRows.prompt(model, random, JOINING + 1);
    prompts.add(new EngineTrial.Prompt(joining, 1, true));
    EngineTrial trial = new EngineTrial(model, bench.settings().engine(), prompts, tokens, true);
    return new Chunk(
        weights,
        tokens,
        new Series(() -> trial.run().longestGapMillis() / 1000),
        new Series(() -> secondsPerToken(trial.report())));
  }

  private static double secondsPerToken(TrialReport report) {
    return report.totalMillis() / 1000 / report.usefulTokens();
  }

  private static EngineResult result(Chunk chunk, List<Chunk> chunks) {
    Chunk whole =
        chunks.stream()
            .filter(other -> other.weights() == chunk.weights() && other.tokens() == JOINING)
            .findAny()
            .orElseThrow();
    return EngineResult.of(chunk.weights(), ROWS)
        .with("chunk", chunk.tokens())
        .with("gapSeconds", chunk.gap().median())
        .with(EngineResult.TOKENS_PER_SECOND, 1 / chunk.secondsPerToken().median())
        .with(EngineResult.LIMIT, 1 / whole.secondsPerToken().median())
        .with(
            EngineResult.SHARE_OF_LIMIT,
            whole.secondsPerToken().medianRatioTo(chunk.secondsPerToken()));
  }
}
