package io.lengthwise.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lengthwise.cli.console.Figures;
import io.lengthwise.cli.trial.RunningRows;
import io.lengthwise.cli.trial.Series;
import io.lengthwise.generation.trial.TrialReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The result of a schedule in all passes of a benchmark. Figures are medians of the passes. */
final class BenchResult {

  private static final double MILLIS = 1000;

  private final String schedule;
  private final List<TrialReport> passes = new ArrayList<>();
  private final List<RunningRows> running = new ArrayList<>();

  BenchResult(String schedule) {
    this.schedule = schedule;
  }

  void add(TrialReport pass, RunningRows rows) {
    passes.add(pass);
    running.add(rows);
  }

  String schedule() {
    return schedule;
  }

  /** The pass whose throughput is the median, or the lower one of two. */
  TrialReport typicalPass() {
    return passes.get(indexOfTypical());
  }

  RunningRows typicalRows() {
    return running.get(indexOfTypical());
  }

  private int indexOfTypical() {
    List<TrialReport> sorted = new ArrayList<>(passes);
    sorted.sort((one, other) -> Double.compare(one.tokensPerSecond(), other.tokensPerSecond()));
    return passes.indexOf(sorted.get((sorted.size() - 1) / 2));
  }

  double tokensPerSecond() {
    return median(TrialReport::tokensPerSecond);
  }

  /** The lowest throughput of a pass. */
  double leastTokensPerSecond() {
    return passes.stream().mapToDouble(TrialReport::tokensPerSecond).min().orElseThrow();
  }

  /** The highest throughput of a pass. */
  double mostTokensPerSecond() {
    return passes.stream().mapToDouble(TrialReport::tokensPerSecond).max().orElseThrow();
  }

  double requestsPerSecond() {
    return median(pass -> MILLIS * pass.tokens().length / pass.totalMillis());
  }

  /** The share of decode slots, one row in one step, that made no token of an answer. */
  double padding() {
    return median(pass -> 1 - pass.effectiveAll());
  }

  double seconds() {
    return median(TrialReport::totalMillis) / MILLIS;
  }

  double meanSeconds() {
    return median(pass -> Figures.mean(pass.completionTimes(Integer.MAX_VALUE))) / MILLIS;
  }

  double percentileSeconds(int percent) {
    return median(pass -> Figures.percentile(pass.completionTimes(Integer.MAX_VALUE), percent))
        / MILLIS;
  }

  /** The mean absolute error of the predicted lengths, in tokens. */
  double lengthError() {
    return median(
        pass -> {
          double sum = 0;
          for (int i = 0; i < pass.tokens().length; i++) {
            sum += Math.abs(pass.predicted()[i] - pass.tokens()[i]);
          }
          return sum / pass.tokens().length;
        });
  }

  private double median(ToDoubleFunction<TrialReport> figure) {
    return Series.median(passes.stream().map(figure::applyAsDouble).toList());
  }

  /**
   * The figures as an object of JSON: times in seconds, shares as fractions.
   *
   * @param baseline the schedule whose throughput is 1
   */
  ObjectNode json(BenchResult baseline) {
    TrialReport typical = typicalPass();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("schedule", schedule).put("passes", passes.size());
    object.put("requests", typical.tokens().length).put("tokens", typical.usefulTokens());
    put(object, "tokensPerSecond", tokensPerSecond());
    put(object, "leastTokensPerSecond", leastTokensPerSecond());
    put(object, "mostTokensPerSecond", mostTokensPerSecond());
    put(object, "requestsPerSecond", requestsPerSecond());
    put(object, "ratio", tokensPerSecond() / baseline.tokensPerSecond());
    put(object, "padding", padding());
    put(object, "averageLength", median(TrialReport::averageLength));
    put(object, "effective", median(TrialReport::effective));
    object.put("cappedRows", typical.cappedRows()).put("batches", typical.batches());
    object.put("preemptions", typical.preemptions());
    put(object, "totalTime", seconds());
    put(object, "mean", meanSeconds());
    put(object, "p50", percentileSeconds(50));
    put(object, "p95", percentileSeconds(95));
    put(object, "p99", percentileSeconds(99));
    put(object, "lengthError", lengthError());
    object.set("tokensPerSecondOfPasses", ofPasses());
    return object;
  }

  private ArrayNode ofPasses() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    passes.forEach(pass -> array.add(Figures.rounded(pass.tokensPerSecond())));
    return array;
  }

  private static void put(ObjectNode object, String key, double value) {
    object.put(key, Figures.rounded(value));
  }
}
