package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.trial.Series;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.Slot;
import io.lengthwise.model.decoder.WeightType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The decode throughput by the number of rows. Its limit is the time of the matrix products of the
 * steps alone. Everything else, such as quantizing the activations, counts as decode.
 *
 * <p>{@code toFloat32} is the ratio to the throughput of float32 at the same number of rows.
 */
final class DecodeMeasurement implements EngineMeasurement {

  private record Width(WeightType weights, int rows, Series step, Series products) {}

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    EngineBenchOptions options = bench.options();
    for (WeightType weights : bench.weights()) {
      int cells = options.mostRows() * Slot.wholeBlocks(options.promptTokens() + options.steps());
      bench.model(weights).decoder().allocate(cells);
    }
    List<Width> widths = new ArrayList<>();
    for (int rows : options.rows()) {
      for (WeightType weights : bench.weights()) {
        widths.add(width(bench.model(weights), weights, rows, options));
      }
    }
    bench.measureInterleaved(
        "decode",
        widths.stream().flatMap(width -> Stream.of(width.step(), width.products())).toList());
    return bench.weights().stream()
        .flatMap(weights -> widths.stream().filter(width -> width.weights() == weights))
        .map(width -> result(width, widths))
        .toList();
  }

  private static Width width(
      CausalLanguageModel model, WeightType weights, int rows, EngineBenchOptions options) {
    EngineRows prompts = new EngineRows(model, rows, options.promptTokens(), options.steps());
    Series step =
        new Series(
            () -> {
              prompts.prefill();
              return prompts.secondsPerStep();
            });
    Series products =
        Series.seconds(() -> model.decoder().products(rows, options.steps()))
            .dividedBy(options.steps());
    return new Width(weights, rows, step, products);
  }

  private static EngineResult result(Width width, List<Width> widths) {
    EngineResult result =
        EngineResult.of(width.weights(), width.rows())
            .with(EngineResult.TOKENS_PER_SECOND, width.rows() / width.step().median())
            .with(EngineResult.LIMIT, width.rows() / width.products().median())
            .with(EngineResult.SHARE_OF_LIMIT, width.products().medianRatioTo(width.step()))
            .with("secondsPerStep", width.step().median());
    if (width.weights() != WeightType.FLOAT32) {
      widths.stream()
          .filter(other -> other.weights() == WeightType.FLOAT32 && other.rows() == width.rows())
          .findAny()
          .ifPresent(
              other ->
                  result.with(EngineResult.TO_FLOAT32, other.step().medianRatioTo(width.step())));
    }
    return result;
  }
}
