package io.lengthwise.cli.bench.engine;

import io.lengthwise.cli.models.PromptModel;
import io.lengthwise.cli.trial.BenchLoad;
import io.lengthwise.cli.trial.Series;
import io.lengthwise.generation.schedule.AdmissionOrder;
import io.lengthwise.generation.schedule.Discipline;
import io.lengthwise.generation.schedule.EngineOptions;
import io.lengthwise.generation.trial.ScheduleTrial;
import io.lengthwise.generation.trial.TrialListener;
import io.lengthwise.generation.trial.TrialReport;
import io.lengthwise.model.CausalLanguageModel;
import io.lengthwise.model.decoder.WeightType;
import io.lengthwise.prediction.PredictorName;
import io.lengthwise.request.EncodedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers with prompt lookup, compared with answers without it, for prompts that ask for their own
 * words and for open questions. There are few rows, because lookup is meant for few rows. Prefill
 * counts.
 */
final class LookupMeasurement implements EngineMeasurement {

  private static final int DRAFTED = 8;
  private static final List<Integer> ROWS = List.of(1, 2, 4);
  private static final List<String> PROMPTS = List.of("quoting", "open");

  private record Answers(
      WeightType weights, int rows, String prompts, Series with, Series without) {}

  @Override
  public List<EngineResult> measure(EngineBench bench) throws IOException {
    List<Answers> compared = new ArrayList<>();
    for (WeightType weights : bench.weights()) {
      for (String prompts : PROMPTS) {
        List<String> texts = texts(prompts);
        List<EncodedRequest> encoded =
            PromptModel.encode(bench.spec(weights), bench.options().steps(), texts, 0);
        for (int rows : ROWS) {
          EngineOptions options =
              bench
                  .settings()
                  .engine()
                  .withSchedule(Discipline.REFILL, null, AdmissionOrder.FIFO)
                  .withWidth(rows);
          CausalLanguageModel model = bench.model(weights);
          compared.add(
              new Answers(
                  weights,
                  rows,
                  prompts,
                  secondsPerToken(model, options.withLookup(DRAFTED), texts, encoded),
                  secondsPerToken(model, options.withLookup(0), texts, encoded)));
        }
      }
    }
    bench.measureInterleaved(
        "lookup",
        compared.stream().flatMap(both -> Stream.of(both.with(), both.without())).toList());
    return compared.stream().map(LookupMeasurement::result).toList();
  }

  private static List<String> texts(String prompts) throws IOException {
    String file = "%s-prompts.txt".formatted(prompts);
    try (InputStream stream = LookupMeasurement.class.getResourceAsStream(file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Series secondsPerToken(
      CausalLanguageModel model,
      EngineOptions options,
      List<String> texts,
      List<EncodedRequest> encoded) {
    return new Series(
        () -> {
          BenchLoad load = new BenchLoad(texts, () -> encoded, PredictorName.CONSTANT.create(128));
          TrialReport report = ScheduleTrial.run(model, options, load, TrialListener.NONE);
          return report.busyMillis() / 1000 / report.usefulTokens();
        });
  }

  private static EngineResult result(Answers both) {
    return EngineResult.of(both.weights(), both.rows())
        .with("prompts", both.prompts())
        .with(EngineResult.TOKENS_PER_SECOND, 1 / both.with().median())
        .with("tokensPerSecondWithout", 1 / both.without().median())
        .with("toWithout", both.without().medianRatioTo(both.with()));
  }
}
