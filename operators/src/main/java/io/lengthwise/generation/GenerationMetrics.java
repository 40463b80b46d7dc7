package io.lengthwise.generation;

import io.lengthwise.generation.accelerator.EngineStatistics;
import io.lengthwise.request.Completion;
import io.lengthwise.request.GenerationResult;
import io.lengthwise.request.Timings;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * The metrics of the generation operator. Subtasks that share an engine report the same values of
 * the engine.
 */
final class GenerationMetrics {

  private static final int WINDOW = 1000;

  private final MetricGroup group;
  private final Counter completed;
  private final Counter continued;
  private final Counter generatedTokens;
  private final Histogram window;
  private final Histogram queued;
  private final Histogram prefill;
  private final Histogram decode;
  private final Histogram predictedTokens;
  private final Histogram answerTokens;
  private final Histogram absoluteError;
  private final Map<Integer, Counter> buckets = new HashMap<>();
  private final Map<String, Counter> errors = new HashMap<>();

  GenerationMetrics(MetricGroup parent, EngineStatistics engine) {
    group = parent.addGroup("lengthwise");
    group.gauge("width", engine::width);
    group.gauge("rowsRunning", engine::rowsRunning);
    group.gauge("rowsWaiting", engine::rowsWaiting);
    group.gauge("freeSlots", engine::freeRows);
    group.gauge("freeCacheTokens", engine::freeCells);
    group.gauge("keptCacheTokens", engine::keptCells);
    group.gauge("cacheTokens", engine::cells);
    group.gauge("prefillTokens", engine::prefillTokens);
    group.gauge("reusedTokens", engine::reusedTokens);
    group.gauge("decodeTokens", engine::decodeTokens);
    group.gauge("decodeSlots", engine::decodeSlots);
    group.meter("prefillTokensPerSecond", new MeterView(engine::prefillTokens));
    group.meter("decodeTokensPerSecond", new MeterView(engine::decodeTokens));
    group.gauge("decodeSteps", engine::decodeSteps);
    group.gauge("draftedTokens", engine::draftedTokens);
    group.gauge("acceptedTokens", engine::acceptedTokens);
    group.gauge("paddingShare", engine::paddingShare);
    group.gauge("longestGapMilliseconds", () -> engine.longestGapNanos() / 1_000_000);
    group.gauge("failedCalls", engine::failedCalls);
    group.gauge("preemptions", engine::preemptions);
    group.gauge("staticBatches", engine::batches);
    group.gauge("cappedRows", engine::cappedRows);
    group.gauge("cappedDecodeSlots", engine::cappedSlots);
    group.gauge("busyMilliseconds", () -> engine.busyNanos() / 1_000_000);
    completed = group.counter("completed");
    continued = group.counter("continued");
    generatedTokens = group.counter("generatedTokens");
    window = histogram("windowMilliseconds");
    queued = histogram("queuedMilliseconds");
    prefill = histogram("prefillMilliseconds");
    decode = histogram("decodeMilliseconds");
    predictedTokens = histogram("predictedTokens");
    answerTokens = histogram("answerTokens");
    absoluteError = histogram("predictionErrorTokens");
  }

  private Histogram histogram(String name) {
    return group.histogram(name, new DescriptiveStatisticsHistogram(WINDOW));
  }

  /** A row was restored with tokens and continues from them. */
  void continued() {
    continued.inc();
  }

  void finished(GenerationResult result) {
    if (result.isError()) {
      count(errors, "error", result.error().code());
      return;
    }
    Completion completion = result.completion();
    Timings timings = result.timings();
    completed.inc();
    generatedTokens.inc(completion.completionTokens() - completion.continuedTokens());
    count(buckets, "bucket", completion.bucket());
    window.update(timings.window());
    queued.update(timings.queued());
    prefill.update(timings.prefill());
    decode.update(timings.decode());
    predictedTokens.update(Math.round(completion.predictedTokens()));
    answerTokens.update(completion.completionTokens());
    absoluteError.update(
        Math.round(Math.abs(completion.predictedTokens() - completion.completionTokens())));
  }

  private <K> void count(Map<K, Counter> counters, String label, K key) {
    counters
        .computeIfAbsent(key, k -> group.addGroup(label, String.valueOf(k)).counter("answers"))
        .inc();
  }
}
